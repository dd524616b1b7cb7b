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

// `place`: of the route in the table, from 1; 0: there is nothing at the path.
RequestKind kind_of(std::size_t place, HttpMethod method) {
  return static_cast<RequestKind>(place * methods_max + static_cast<std::size_t>(method));
}

// Shown from the start, so that the first failure is seen as a change.
constexpr std::array<std::pair<RouteId, HttpMethod>, 5> always_shown = {{
    {RouteId::orders, HttpMethod::post},
    {RouteId::orders, HttpMethod::get},
    {RouteId::order, HttpMethod::get},
    {RouteId::order_cancel, HttpMethod::post},
    {RouteId::order_approval, HttpMethod::post},
}};

}  // namespace

void OrderApi::count_as(const Call& call, const Route* route) {
  const auto place = route == nullptr ? 0 : 1 + (route - options_.routes.data());
  server_->set_kind(call.ticket, kind_of(static_cast<std::size_t>(place), call.request.method));
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
  for (const auto& [id, method] : always_shown) {
    const auto route = std::ranges::find(options_.routes, id, &Route::id);
    if (route == options_.routes.end()) continue;
    const RequestKind kind =
        kind_of(1 + static_cast<std::size_t>(route - options_.routes.begin()), method);
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
    const std::size_t place = each.kind / methods_max;
    const std::string_view pattern =
        place == 0 ? std::string_view() : options_.routes[place - 1].pattern;
    named.push_back(
        {pattern, method_names.at(each.kind % methods_max), each.status_class, each.count});
  }
  return named;
}

}  // namespace spillway::net
