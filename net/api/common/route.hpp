// A route: what a path and a method lead to, whose credentials that takes, and who reads its body.
// The table of all routes is net/api/routing/routes.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "net/api/common/limits.hpp"
#include "net/http/http_message.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

class JsonReader;

enum class RouteId : std::uint8_t {
  orders = 1,
  order,
  order_cancel,
  order_approval,
  events,
  status,
  keys,
  openapi,
  health,
  readiness,
  metrics,
  server,  // *, of OPTIONS
  shops,
  shop,
  shop_keys,
  shop_key,
  webhooks,
  webhook,
  webhook_secret,
  webhook_deliveries,
  webhook_redeliver,
  members,
  member,
  member_card,
  member_password,
  member_sessions,
  nodes,
  node_drain,
  node_undrain,
  relays,
  relay_pace,
  relay_sharing,
  relay_pause,
  relay_resume,
  mails,
  mail_retry,
  mail_drop,
  cases,
  case_resolve,
  audit,
};

// Whose credentials a route asks for.
enum class Audience : std::uint8_t {
  everybody = 1,          // what is shown is still there: ControlRequest::shop or session
  shop = 2,               // the shop is whose key it was
  operators = 3,          // the key names the operator
  member = 4,             // ControlRequest::session is to be checked by the backend
  shop_or_member = 5,     // either of the two; without a session the shop is set
  shop_or_operators = 6,  // to look at (GET) both, the rest shops alone; an operator has no shop
};

// Who answers. From `shops` on: a ControlBackend.
enum class Destination : std::uint8_t {
  service = 1,  // the API itself: probes, documents, the status
  orders = 2,   // an OrderBackend
  events = 3,   // a stream that stays open
  shops = 4,
  webhooks = 5,
  members = 6,
  nodes = 7,
  relays = 8,
  mails = 9,
  cases = 10,
  audit = 11,
};

// What a route's own reader made of a body.
struct ControlBody {
  ControlBody() = default;
  virtual ~ControlBody() = default;
  ControlBody(const ControlBody&) = delete;
  ControlBody& operator=(const ControlBody&) = delete;
};

// Reads a body on the loop's thread, so that what is secret in it (a card, a password) goes no
// further as a text: the reader's copy is wiped after the call, the request's memory when it is
// answered. The ControlBody wipes itself. Not called for a method without a body.
using ReadBody = Result<std::shared_ptr<ControlBody>, Refusal> (*)(JsonReader& json,
                                                                   HttpMethod method,
                                                                   std::string_view body);

// Bits of Route::methods. Every route has OPTIONS besides.
constexpr std::uint32_t method_bit(HttpMethod method) {
  return 1U << static_cast<unsigned>(method);
}
namespace methods {
constexpr std::uint32_t stream = method_bit(HttpMethod::get);  // a body without an end has no HEAD
constexpr std::uint32_t get = stream | method_bit(HttpMethod::head);
constexpr std::uint32_t post = method_bit(HttpMethod::post);
constexpr std::uint32_t put = method_bit(HttpMethod::put);
constexpr std::uint32_t patch = method_bit(HttpMethod::patch);
constexpr std::uint32_t delete_ = method_bit(HttpMethod::delete_);
}  // namespace methods

struct Route {
  RouteId id{};
  std::string_view pattern;  // "/v1/shops/{shop}/keys/{key}"; a name stands for 1 segment
  std::uint32_t methods = 0;
  Audience audience = Audience::operators;
  Destination destination = Destination::service;
  ReadBody read_body = nullptr;                     // nothing: ControlRequest::body is the text
  bool wants_client = false;                        // ControlRequest::client
  std::size_t body_max = limits::control_body_max;  // of what goes to a ControlBackend
};

struct MatchedRoute {
  static constexpr std::size_t names_max = 2;

  const Route* route = nullptr;  // nothing: there is nothing at this path
  // What stands for the pattern's names, in their order.
  std::array<std::string_view, names_max> name{};
  std::size_t names = 0;
};

// The first of `routes` whose pattern the path has. The names are views into the path.
MatchedRoute match_route(std::span<const Route> routes, std::string_view path);

// The value of an Allow field (RFC 9110 10.2.1): "GET, HEAD, OPTIONS".
std::string allowed_methods(const Route& route);
// OPTIONS is not among them.
bool allows(const Route& route, HttpMethod method);

// A path with its percent-encoding undone (RFC 3986 6.2.2.2), so that it names one thing however a
// client or proxy writes it: "/v1/orders/3F7K%2D9Q2M" is "/v1/orders/3F7K-9Q2M". An encoded slash
// stays, since it separates nothing, and so does what would become a control character or be no
// UTF-8: nothing is at such a path.
std::string plain_path(std::string_view path);

}  // namespace spillway::net
