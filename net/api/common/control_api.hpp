// The API beside the orders' way: setting things up and looking at them. A route is a row of the
// table in control_routes.cpp; what is common to all is done here, on the loop's thread: methods,
// keys, the body's type, size and form. The backend decides, and answers each request once through
// ApiAnswers with answers::Document or answers::Refused.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "net/api/common/limits.hpp"
#include "net/http/http_message.hpp"
#include "net/http/ticket.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

class JsonReader;

enum class ControlRouteId : std::uint8_t {
  shops = 1,                // /v1/shops
  shop = 2,                 // /v1/shops/{shop}
  shop_keys = 3,            // /v1/shops/{shop}/keys
  shop_key = 4,             // /v1/shops/{shop}/keys/{key}
  webhooks = 20,            // /v1/webhooks
  webhook = 21,             // /v1/webhooks/{webhook}
  webhook_secret = 22,      // /v1/webhooks/{webhook}/secret
  webhook_deliveries = 23,  // /v1/webhooks/{webhook}/deliveries
  webhook_redeliver = 24,   // /v1/webhooks/{webhook}/redeliver
  members = 40,             // /v1/members
  member = 41,              // /v1/members/{member}
  member_card = 42,         // /v1/members/{member}/card
  member_password = 43,     // /v1/members/{member}/password
  member_sessions = 44,     // /v1/members/{member}/sessions
  nodes = 60,               // /v1/nodes
  node_drain = 61,          // /v1/nodes/{node}/drain
  node_undrain = 62,        // /v1/nodes/{node}/undrain
  relays = 30,              // /v1/relays
  relay_pace = 31,          // /v1/relays/{relay}/pace
  relay_sharing = 32,       // /v1/relays/{relay}/sharing
  mails = 70,               // /v1/mails
  mail_retry = 71,          // /v1/mails/{mail}/retry
  mail_drop = 72,           // /v1/mails/{mail}/drop
  cases = 80,               // /v1/cases
  case_resolve = 81,        // /v1/cases/{case}/resolve
  relay_pause = 33,         // /v1/relays/{relay}/pause
  relay_resume = 34,        // /v1/relays/{relay}/resume
  audit = 90,               // /v1/audit
};

// Whose credentials a route asks for.
enum class Audience : std::uint8_t {
  everybody = 1,          // what is shown is still there: ControlRequest::shop or session
  shop = 2,               // ControlRequest::shop is whose key it was
  operators = 3,          // ControlRequest::key_id names the key
  member = 4,             // ControlRequest::session is to be checked by the backend
  shop_or_member = 5,     // either of the two; without a session ControlRequest::shop is set
  shop_or_operators = 6,  // to look at (GET) both, the rest shops alone; an operator has no shop
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

// Bits of ControlRoute::methods. HEAD comes with GET, OPTIONS with all.
constexpr std::uint32_t method_bit(HttpMethod method) {
  return 1U << static_cast<unsigned>(method);
}

struct ControlRoute {
  ControlRouteId id{};
  std::string_view pattern;  // "/v1/shops/{shop}/keys/{key}"; a name stands for 1 segment
  std::uint32_t methods = 0;
  Audience audience = Audience::operators;
  std::size_t body_max = limits::control_body_max;
  ReadBody read_body = nullptr;  // nothing: ControlRequest::body is the text
  bool wants_client = false;     // ControlRequest::client
};

std::span<const ControlRoute> control_routes();

struct MatchedRoute {
  const ControlRoute* route = nullptr;  // nothing: the path is none of theirs
  std::vector<std::string_view> names;
};
MatchedRoute match_control_route(std::span<const ControlRoute> routes, std::string_view path);

// The value of an Allow field (RFC 9110 10.2.1).
std::string control_methods(const ControlRoute& route);
bool allows(const ControlRoute& route, HttpMethod method);

// Owns all it holds. A body is UTF-8 and, where the method has one, JSON by its Content-Type; its
// form is the reader's to check.
struct ControlRequest {
  ControlRouteId route{};
  HttpMethod method{};             // HEAD comes as GET
  std::vector<std::string> names;  // the path's variable parts, in their order, as sent
  std::string query;               // as sent
  std::string body;
  std::shared_ptr<ControlBody> content;  // of ControlRoute::read_body
  ShopId shop;
  std::string key_id;   // of the shop's or operator's key, as the API shows it
  std::string session;  // the bearer token or session cookie of a member
  std::string client;   // of routes that take a password: the address it came from
  Ticket ticket;
};

class ControlBackend {
 public:
  virtual ~ControlBackend() = default;
  // On the ticket's loop's thread; must not block.
  virtual void handle(ControlRequest request) = 0;
};

// The cookie that carries a member's session.
inline constexpr std::string_view session_cookie = "__Host-spillway-session";

// The value of the cookie of that name in a Cookie field's value (RFC 6265 4.2.1); empty: none.
std::string_view find_cookie(std::string_view cookies, std::string_view name);

}  // namespace spillway::net
