// The API beside the orders' way: setting things up and looking at them. What is common to all is
// done on the loop's thread: methods, keys, the body's type, size and form. The backend decides,
// and answers each request once through ApiAnswers with answers::Document or answers::Refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "net/api/common/route.hpp"
#include "net/http/http_message.hpp"
#include "net/http/ticket.hpp"

namespace spillway::net {

// Owns all it holds. A body is UTF-8 and, where the method has one, JSON by its Content-Type; its
// form is the reader's to check.
struct ControlRequest {
  RouteId route{};
  Destination destination{};
  HttpMethod method{};             // HEAD comes as GET
  std::vector<std::string> names;  // the path's variable parts, in their order, as sent
  std::string query;               // as sent
  std::string body;
  std::shared_ptr<ControlBody> content;  // of Route::read_body
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
