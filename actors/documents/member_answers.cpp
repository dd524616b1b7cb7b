#include "actors/documents/member_answers.hpp"

#include "engine/order/limits.hpp"

namespace spillway::actors::member_answers {

namespace {

std::pair<std::string, std::string> retry_after(std::chrono::nanoseconds wait) {
  return {"Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count())};
}

}  // namespace

net::ApiAnswer document(net::Ticket ticket, int status, std::string json, std::string location) {
  net::answers::DocumentContent content{status, std::move(json), {{"Cache-Control", "no-store"}}};
  if (!location.empty()) content.headers.emplace_back("Location", std::move(location));
  return net::document(ticket, std::move(content));
}

net::ApiAnswer no_such_member(net::Ticket ticket) {
  return net::refused(ticket, {{404, "This shop has no such member.", {}}});
}

net::ApiAnswer no_session(net::Ticket ticket) {
  return net::refused(ticket, {{401, "The session is over, or another member's: log in.", {}},
                               "no-session",
                               "A member's session is needed",
                               {{"WWW-Authenticate", "Bearer"}}});
}

net::ApiAnswer wrong_password(net::Ticket ticket) {
  return net::refused(ticket, {{401, "The membership number or the password is wrong.", {}},
                               "wrong-password",
                               "The membership number or the password is wrong",
                               {{"WWW-Authenticate", "Bearer"}}});
}

net::ApiAnswer wait_to_guess(net::Ticket ticket, Duration wait) {
  return net::refused(ticket, {{429, "Too many passwords were wrong. Try again after a while.", {}},
                               "too-many-passwords",
                               "Too many passwords were wrong",
                               {retry_after(wait)}});
}

net::ApiAnswer busy(net::Ticket ticket) {
  return net::refused(ticket, {{503, "Nothing was done. Try again after a while.", {}},
                               "overloaded",
                               "Too much is waiting",
                               {retry_after(limits::retry_after)}});
}

net::ApiAnswer mail_taken(net::Ticket ticket, const std::string& member) {
  return net::refused(ticket, {{409, "It is the address of member " + member + ".", {}},
                               "member-registered",
                               "A member with this mail address is registered"});
}

net::ApiAnswer field(net::Ticket ticket, std::string pointer, std::string detail) {
  return net::refused(
      ticket,
      {{422, "Some fields are not as they must be.", {{std::move(pointer), std::move(detail)}}}});
}

}  // namespace spillway::actors::member_answers
