#include <array>
#include <atomic>
#include <utility>

#include "engine/base/invariants.hpp"
#include "net/api/orders/approval_request.hpp"
#include "net/api/routing/openapi.hpp"
#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

OrderApi::OrderApi(OrderApiOptions options, OrderBackend& backend, EventFeeds& feeds)
    : options_(std::move(options)),
      backend_(backend),
      feeds_(feeds),
      order_json_(options_.codes, options_.relays) {}

OrderApi::~OrderApi() = default;

void OrderApi::attach(HttpServer& server) {
  SPILLWAY_CHECK(options_.routes.size() < request_kinds_max / 16,
                 "there are more routes than can be counted");
  server_ = &server;
  feeds_.attach(server);
  loops_.clear();
  for (std::uint32_t loop = 0; loop < server.loop_count(); ++loop) {
    loops_.push_back(std::make_unique<Loop>(server, options_.codes, order_json_));
    loops_.back()->shops = options_.shops;
  }
}

void OrderApi::on_request(const HttpRequest& request, Ticket ticket) {
  SPILLWAY_CHECK(ticket.loop < loops_.size(), "the API got a request before it had its server");
  if (request.path.find('%') == std::string_view::npos) return route(request, ticket);
  const std::string path = plain_path(request.path);
  HttpRequest plain = request;
  plain.path = path;
  route(plain, ticket);
}

void OrderApi::route(const HttpRequest& request, Ticket ticket) {
  Call call{request, ticket, *loops_[ticket.loop], match_route(options_.routes, request.path), {}};
  ApiWriter& writer = call.loop.writer;
  const Route* const route = call.matched.route;
  const bool nobody_is_there =
      route == nullptr || (route->destination >= Destination::shops && options_.control == nullptr);
  count_as(call, nobody_is_there ? nullptr : route);
  if (nobody_is_there) return writer.write_problem(ticket, 404, "There is nothing at this path.");
  if (!allows(*route, request.method) || route->id == RouteId::server) {
    const std::string methods = allowed_methods(*route);
    const std::array<HttpHeader, 1> allow{{{"Allow", methods}}};
    if (request.method == HttpMethod::options) return server_->answer(ticket, 204, {}, allow, {});
    return writer.write_problem(ticket, 405, "This path does not have this method: see Allow.",
                                allow);
  }
  const bool is_probe =
      route->destination == Destination::service && route->audience == Audience::everybody;
  if (!is_probe && !admit(call)) return;
  switch (route->destination) {
    case Destination::service:
      return serve(call);
    case Destination::orders:
      return handle_order(call);
    case Destination::events:
      return feeds_.open(request, call.shop(), ticket);
    default:
      return control(call);
  }
}

void OrderApi::serve(const Call& call) {
  ApiWriter& writer = call.loop.writer;
  const Ticket ticket = call.ticket;
  switch (call.matched.route->id) {
    case RouteId::health:
      return writer.write_state(ticket, options_.probes.health());
    case RouteId::readiness:
      return writer.write_state(ticket, options_.probes.readiness());
    case RouteId::metrics:
      return server_->answer(ticket, 200, "text/plain; version=0.0.4; charset=utf-8", {},
                             options_.probes.metrics());
    case RouteId::openapi:
      return server_->answer_constant(ticket, 200, "application/json", {}, openapi_text);
    case RouteId::keys:
      return server_->answer(ticket, 200, "application/jwk-set+json", {}, options_.receipt_keys);
    case RouteId::status:
      return server_->answer(ticket, 200, "application/json", {}, options_.probes.status());
    default:
      stop_process("the API does not serve a route of its own", __FILE__, __LINE__);
  }
}

void OrderApi::handle_order(Call& call) {
  const RouteId route = call.matched.route->id;
  if (route == RouteId::orders) {
    if (call.request.method == HttpMethod::post) return accept(call);
    return call.of_operator ? search(call) : list(call);
  }
  const auto order = options_.codes.decode(call.matched.name[0]);
  if (call.of_operator) return tell(call, order);
  if (!order) return call.loop.writer.write(ApiAnswer{call.ticket, answers::NotFound{}});
  if (route == RouteId::order_approval) return approve(call, *order);
  if (route == RouteId::order_cancel) {
    backend_.cancel(call.shop(), *order, call.ticket);
  } else {
    backend_.inquire(call.shop(), *order, call.ticket);
  }
  call.loop.handed_over = true;
}

void OrderApi::approve(const Call& call, OrderNumber order) {
  if (!check_content_type(call)) return;
  const auto approval = read_approval_request(call.loop.json, call.request.body);
  if (!approval) return call.loop.writer.write_refusal(call.ticket, approval.error());
  backend_.approve(call.shop(), order, approval->approved, approval->approval_code, call.ticket);
  call.loop.handed_over = true;
}

bool OrderApi::check_content_type(const Call& call) {
  if (call.fields.encoded) {
    static constexpr std::array<HttpHeader, 1> none{{{"Accept-Encoding", "identity"}}};
    call.loop.writer.write_problem(
        call.ticket, 415, "The body must come as it is, without a Content-Encoding.", none);
    return false;
  }
  if (is_json_content_type(call.fields.content_type.value_or(""))) return true;
  call.loop.writer.write_problem(call.ticket, 415, "The body must be application/json in UTF-8.");
  return false;
}

void OrderApi::answer(std::vector<ApiAnswer> batch) {
  std::vector<bool> wanted(loops_.size());
  for (const ApiAnswer& answer : batch) wanted.at(answer.ticket.loop) = true;
  // Shared and not split: an answer is some hundred bytes, and each loop passes over the others'.
  const auto shared = std::make_shared<const std::vector<ApiAnswer>>(std::move(batch));
  for (std::uint32_t loop = 0; loop < wanted.size(); ++loop) {
    if (!wanted[loop]) continue;
    server_->post_to_loop(loop, [this, loop, shared] { write(loop, *shared); });
  }
}

void OrderApi::set_shops(std::shared_ptr<const ShopDirectory> shops, std::function<void()> taken) {
  const auto left = std::make_shared<std::atomic<std::size_t>>(loops_.size());
  for (std::uint32_t loop = 0; loop < loops_.size(); ++loop) {
    server_->post_to_loop(loop, [this, loop, shops, left, taken] {
      loops_[loop]->shops = shops;
      if (left->fetch_sub(1) == 1) taken();
    });
  }
}

void OrderApi::on_turn_end(std::uint32_t loop) {
  if (std::exchange(loops_[loop]->handed_over, false)) backend_.flush(loop);
}

}  // namespace spillway::net
