// The readers of the members' bodies, and client_address: what strangers send before they are
// known. The first byte says which of them gets the rest.
//
// Holds: what is taken keeps the limits that the rest counts on and could stand in a mail; a
// refusal repeats nothing of what it refuses; reading leaves nothing behind that changes the next
// reading.
#include <string>

#include <simdjson.h>

#include "engine/account/limits.hpp"
#include "engine/base/utf8.hpp"
#include "net/api/common/client_address.hpp"
#include "net/api/members/member_request.hpp"
#include "net/mail/mail_address.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::net {
namespace {

constexpr std::string_view canary = "Canary-in-a-body";

void check_text(std::string_view text, std::size_t length_max) {
  SPILLWAY_CHECK(!is_longer_than(text, length_max), "a text is longer than it may be");
  SPILLWAY_CHECK(simdjson::validate_utf8(text.data(), text.size()), "a text is not UTF-8");
  SPILLWAY_CHECK(!has_control_character(text), "a text holds a control character");
}

void check(const MemberProfile& profile) {
  SPILLWAY_CHECK(!profile.name.empty() && is_mail_address(profile.email), "nobody is registered");
  check_text(profile.name, limits::buyer_name_max);
  check_text(profile.email, limits::mail_address_max);
  check_text(profile.address, limits::member_address_max);
  SPILLWAY_CHECK(profile.telephone.empty() || is_telephone(profile.telephone), "a telephone");
  SPILLWAY_CHECK(profile.date_of_birth.empty() || profile.date_of_birth.size() == 10, "a day");
}

void check(const ControlBody& body) {
  if (const auto* registration = dynamic_cast<const MemberRegistration*>(&body)) {
    check(registration->profile);
    const auto& password = registration->password;
    SPILLWAY_CHECK(!password || password_flaw(password->view(), {}, registration->profile) ==
                                    PasswordFlaw::none,
                   "a password that may not be one is taken");
  } else if (const auto* change = dynamic_cast<const MemberChange*>(&body)) {
    SPILLWAY_CHECK(!change->name || !change->name->empty(), "a name is taken away");
    SPILLWAY_CHECK(!change->email || is_mail_address(*change->email), "a mail address is none");
    check_text(change->address.value_or(""), limits::member_address_max);
  } else if (const auto* card = dynamic_cast<const MemberCard*>(&body)) {
    SPILLWAY_CHECK(luhn_holds(card->card.details.number.digits()), "a wrong check digit");
  }
}

using Reader = ReadControlBody (*)(JsonReader&, HttpMethod, std::string_view);
constexpr Reader readers[] = {read_member_registration, read_member_change, read_member_card,
                              read_member_login, read_password_change};

// What a reading said, in one text.
std::string read(JsonReader& json, Reader reader, std::string_view body) {
  const auto taken = reader(json, HttpMethod::put, body);
  json.wipe();
  if (taken) {
    check(**taken);
    return "taken";
  }
  const Refusal& refusal = taken.error();
  std::string said = std::to_string(refusal.status) + refusal.detail;
  SPILLWAY_CHECK(refusal.errors.empty() == (refusal.status == 400), "a refusal names no field");
  for (const FieldError& error : refusal.errors) {
    SPILLWAY_CHECK(error.detail.find(canary) == std::string::npos, "a refusal repeats a secret");
    said += error.pointer + error.detail;
  }
  return said;
}

void check_address(std::string_view text) {
  const std::string counted = client_address("127.0.0.1", true, text);
  SPILLWAY_CHECK(counted.size() <= 64 && client_address(counted, false, {}).size() <= 64, "a size");
  SPILLWAY_CHECK(!has_control_character(counted), "an address holds a control character");
}

}  // namespace
}  // namespace spillway::net

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway::net;
  const std::string_view input = spillway::fuzz::text_of(data, size);
  check_address(input);
  if (input.empty()) return 0;
  const Reader reader = readers[static_cast<unsigned char>(input.front()) % std::size(readers)];
  const std::string_view body = input.substr(1);
  JsonReader used;
  const std::string first = read(used, reader, body);
  JsonReader fresh;
  read(used, read_member_login, R"({"password": "Canary-in-a-body"})");
  SPILLWAY_CHECK(read(used, reader, body) == first, "an earlier reading changes a later one");
  SPILLWAY_CHECK(read(fresh, reader, body) == first, "the same body is read otherwise");
  return 0;
}
