// The bodies of the members' routes, checked. What is secret in them wipes itself; a ReadBody
// (control_api.hpp) is called on the loop's thread, and no text of the body goes further.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/account/member.hpp"
#include "engine/account/password.hpp"
#include "net/api/common/control_api.hpp"
#include "net/api/orders/card_fields.hpp"
#include "net/text/password_text.hpp"

namespace spillway::net {

struct MemberRegistration final : ControlBody {
  MemberProfile profile;
  std::optional<Password> password;  // nothing: one is made
};

// What is not there stays as it is; an empty text takes a part away that need not be.
struct MemberChange final : ControlBody {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> address;
  std::optional<std::string> telephone;
  std::optional<std::string> date_of_birth;
};

struct MemberCard final : ControlBody {
  CardFields card;
};

struct MemberLogin final : ControlBody {
  GivenPassword password;
};

struct PasswordChange final : ControlBody {
  std::optional<GivenPassword> current;
  std::optional<Password> wanted;
};

using ReadControlBody = Result<std::shared_ptr<ControlBody>, Refusal>;
ReadControlBody read_member_registration(JsonReader& json, HttpMethod method,
                                         std::string_view body);
ReadControlBody read_member_change(JsonReader& json, HttpMethod method, std::string_view body);
// Whether the card has expired is for the backend to say, who knows the day.
ReadControlBody read_member_card(JsonReader& json, HttpMethod method, std::string_view body);
ReadControlBody read_member_login(JsonReader& json, HttpMethod method, std::string_view body);
// An empty body is a change to a password that is made.
ReadControlBody read_password_change(JsonReader& json, HttpMethod method, std::string_view body);

}  // namespace spillway::net
