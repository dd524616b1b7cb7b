// What the API counts and measures of its answers: a request's kind is its route and its method.
#include <algorithm>
#include <array>
#include <utility>

#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

namespace {

constexpr std::array<std::string_view, 9> method_names = {
    "", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};
constexpr std::size_t methods_max = 16;
static_assert(method_names.size() <= methods_max);

RequestKind kind_of(std::size_t route, HttpMethod method) {
  return static_cast<RequestKind>(route * methods_max + static_cast<std::size_t>(method));
}

// Shown from the start, so that the first failure is seen as a change.
constexpr std::array<std::pair<ApiRoute, HttpMethod>, 5> always_shown = {{
    {ApiRoute::orders, HttpMethod::post},
    {ApiRoute::orders, HttpMethod::get},
    {ApiRoute::order, HttpMethod::get},
    {ApiRoute::order_cancel, HttpMethod::post},
    {ApiRoute::order_approval, HttpMethod::post},
}};

}  // namespace

void OrderApi::count_as(const Call& call, std::size_t route) {
  server_->set_kind(call.ticket, kind_of(route, call.request.method));
}

void OrderApi::write(std::uint32_t loop, const std::vector<ApiAnswer>& batch) {
  for (const ApiAnswer& answer : batch)
    if (answer.ticket.loop == loop) loops_[loop]->writer.write(answer);
  if (options_.acceptance == nullptr) return;
  const Timestamp now = options_.now();
  DurationHistogram::Tally tally(*options_.acceptance);
  for (const ApiAnswer& answer : batch) {
    if (answer.ticket.loop != loop) continue;
    const answers::Accepted* accepted = std::get_if<answers::Accepted>(&answer.answer);
    if (const auto* with_receipt = std::get_if<answers::AcceptedWithReceipt>(&answer.answer))
      accepted = &with_receipt->content->accepted;
    if (accepted != nullptr && !accepted->replayed) tally.observe(now - accepted->received_at);
  }
  options_.acceptance->add(tally);
}

std::vector<ApiAnswerCount> OrderApi::answer_counts() const {
  std::vector<HttpAnswerCount> counts = server_->answer_counts();
  for (const auto& [route, method] : always_shown) {
    const RequestKind kind = kind_of(static_cast<std::size_t>(route), method);
    for (const char status_class : {'2', '4', '5'}) {
      const bool is_there = std::ranges::any_of(counts, [&](const HttpAnswerCount& each) {
        return each.kind == kind && each.status_class == status_class;
      });
      if (!is_there) counts.push_back({kind, status_class, 0});
    }
  }
  std::vector<ApiAnswerCount> named;
  named.reserve(counts.size());
  for (const HttpAnswerCount& each : counts) {
    const std::size_t route = each.kind / methods_max;
    const std::string_view pattern = route < api_route_count
                                         ? pattern_of(static_cast<ApiRoute>(route))
                                         : options_.control_routes[route - api_route_count].pattern;
    named.push_back(
        {pattern, method_names.at(each.kind % methods_max), each.status_class, each.count});
  }
  return named;
}

}  // namespace spillway::net
