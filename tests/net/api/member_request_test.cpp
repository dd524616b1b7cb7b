#include "net/api/members/member_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/account/limits.hpp"
#include "net/api/members/member_json.hpp"

namespace spillway::net {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

Json registration() {
  return Json::parse(R"({"name": "Hanako Sato", "email": "hanako@example.jp",
    "address": "1-2-3 Ginza, Tokyo", "telephone": "+81 3-1234-5678",
    "date_of_birth": "1990-02-28", "password": "correct horse"})");
}

Json with(const std::string& name, Json value) {
  Json changed = registration();
  changed[name] = std::move(value);
  return changed;
}

template <class Body>
std::shared_ptr<Body> as(const ReadControlBody& read) {
  return read ? std::dynamic_pointer_cast<Body>(*read) : nullptr;
}

TEST(MemberRequest, ARegistrationIsReadWhole) {
  JsonReader json;
  const auto read = as<MemberRegistration>(
      read_member_registration(json, HttpMethod::post, registration().dump()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->profile, (MemberProfile{"Hanako Sato", "hanako@example.jp", "1-2-3 Ginza, Tokyo",
                                          "+81 3-1234-5678", "1990-02-28"}));
  ASSERT_TRUE(read->password);
  EXPECT_EQ(read->password->view(), "correct horse");
}

TEST(MemberRequest, NameAndMailAddressAreEnough) {
  JsonReader json;
  const auto read = as<MemberRegistration>(read_member_registration(
      json, HttpMethod::post, R"({"name": "H", "email": "h@e.jp", "password": null, "hat": 5})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->profile, (MemberProfile{"H", "h@e.jp", "", "", ""}));
  EXPECT_FALSE(read->password);
}

TEST(MemberRequest, WhatIsWrongInARegistrationIsNamed) {
  Json nothing = Json::object();
  struct Case {
    Json body;
    const char* pointer;
    const char* detail;
  };
  for (const Case& each : {
           Case{nothing, "/name", "is needed"},
           Case{with("email", "hanako"), "/email", "must be a mail address"},
           Case{with("email", ""), "/email", "must not be empty"},
           Case{with("name", std::string(limits::buyer_name_max + 1, 'x')), "/name", "at most 128"},
           Case{with("name", "a\nb"), "/name", "control characters"},
           Case{with("name", "a\rb"), "/name", "control characters"},
           Case{with("address", "a\rb"), "/address", "control characters"},
           Case{with("email", "a@b.example\r"), "/email", "control characters"},
           Case{with("address", 5), "/address", "must be a text"},
           Case{with("address", std::string(limits::member_address_max + 1, 'x')), "/address",
                "at most 400"},
           Case{with("telephone", "none"), "/telephone", "must be a telephone number"},
           Case{with("date_of_birth", "1990-02-29"), "/date_of_birth", "must be a real day"},
           Case{with("date_of_birth", "28.2.1990"), "/date_of_birth", "must be a real day"},
           Case{with("password", "short"), "/password", "at least 10 characters"},
           Case{with("password", std::string(200, 'x')), "/password", "at most 128 characters"},
           Case{with("password", "HANAKO@example.jp"), "/password", "must not be the member's"},
           Case{with("password", 1234567890), "/password", "must be a text"},
           Case{with("cvc", "123"), "/cvc", "security codes are never taken"},
       }) {
    JsonReader json;
    const auto read = read_member_registration(json, HttpMethod::post, each.body.dump());
    ASSERT_FALSE(read) << each.body;
    EXPECT_EQ(read.error().status, 422) << each.body;
    ASSERT_FALSE(read.error().errors.empty()) << each.body;
    EXPECT_EQ(read.error().errors[0].pointer, each.pointer) << each.body;
    EXPECT_THAT(read.error().errors[0].detail, HasSubstr(each.detail)) << each.body;
  }
}

TEST(MemberRequest, WhatIsNoJsonObjectIsRefused) {
  JsonReader json;
  for (const auto read : {read_member_registration, read_member_change, read_member_card,
                          read_member_login, read_password_change}) {
    for (const char* body : {"[]", "5", "{", "{\"name\": }", "nonsense"}) {
      const auto result = read(json, HttpMethod::post, body);
      ASSERT_FALSE(result) << body;
      EXPECT_EQ(result.error().status, 400) << body;
    }
  }
}

TEST(MemberRequest, AChangeHoldsWhatItNamesAndTakesAwayWhatIsEmpty) {
  JsonReader json;
  const auto read = as<MemberChange>(read_member_change(
      json, HttpMethod::patch, R"({"name": "Hanako Suzuki", "telephone": "", "address": null})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "Hanako Suzuki");
  EXPECT_EQ(read->telephone, "");
  EXPECT_FALSE(read->address);
  EXPECT_FALSE(read->email);
  EXPECT_FALSE(read_member_change(json, HttpMethod::patch, R"({"name": ""})"));
  EXPECT_FALSE(read_member_change(json, HttpMethod::patch, R"({"email": ""})"));
  EXPECT_TRUE(read_member_change(json, HttpMethod::patch, R"({"password": "is not for here"})"));
}

TEST(MemberRequest, ACardIsCheckedLikeAnOrders) {
  JsonReader json;
  const auto read = as<MemberCard>(read_member_card(
      json, HttpMethod::put,
      R"({"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->card.company, CardCompany::visa);
  EXPECT_EQ(read->card.details.number.digits(), "4242424242424242");
  const auto wrong = read_member_card(
      json, HttpMethod::put,
      R"({"company": "VISA", "number": "4242424242424241", "expiry": "12/28", "cvv": "1"})");
  ASSERT_FALSE(wrong);
  std::vector<std::string> pointers;
  for (const auto& error : wrong.error().errors) pointers.push_back(error.pointer);
  EXPECT_THAT(pointers, testing::UnorderedElementsAre("/cvv", "/number", "/expiry"));
}

TEST(MemberRequest, ALogInTakesAnyPasswordThatCouldBeOne) {
  JsonReader json;
  const auto read =
      as<MemberLogin>(read_member_login(json, HttpMethod::post, R"({"password": "short"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->password.password.view(), "short");
  EXPECT_FALSE(read_member_login(json, HttpMethod::post, "{}"));
  EXPECT_FALSE(read_member_login(json, HttpMethod::post,
                                 R"({"password": ")" + std::string(129, 'x') + "\"}"));
}

TEST(MemberRequest, APasswordChangeMayBeEmpty) {
  JsonReader json;
  for (const char* body : {"", "{}"}) {
    const auto read = as<PasswordChange>(read_password_change(json, HttpMethod::put, body));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->current || read->wanted);
  }
  const auto read = as<PasswordChange>(
      read_password_change(json, HttpMethod::put, R"({"current": "old", "new": "correct horse"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->current->password.view(), "old");
  EXPECT_EQ(read->wanted->view(), "correct horse");
  EXPECT_FALSE(read_password_change(json, HttpMethod::put, R"({"new": "short"})"));
}

TEST(MemberRequest, NoPasswordIsRepeatedInARefusal) {
  JsonReader json;
  const auto read = read_member_registration(
      json, HttpMethod::post, R"({"name": "H", "email": "h", "password": "SECRET"})");
  ASSERT_FALSE(read);
  for (const auto& error : read.error().errors)
    EXPECT_EQ(error.detail.find("SECRET"), std::string::npos);
}

TEST(MemberJson, ShowsTheCardMaskedAndLeavesOutWhatWasNotGiven) {
  MemberView view{"M-3F7K-9Q2M-X",
                  {"Hanako \"H\" Sato", "hanako@example.jp", "", "", ""},
                  Timestamp(std::chrono::seconds(1'700'000'000)),
                  std::nullopt};
  Json json = Json::parse(member_json(view));
  EXPECT_EQ(json.dump(), Json::parse(R"({"member": "M-3F7K-9Q2M-X", "name": "Hanako \"H\" Sato",
    "email": "hanako@example.jp", "registered_at": "2023-11-14T22:13:20.000000Z", "card": null})")
                             .dump());
  view.card = {{CardCompany::visa, {'4', '2', '4', '2'}}, {2028, 2}};
  view.profile.telephone = "110-1190";
  json = Json::parse(member_json(view, "7KQ2-M9XV-4TRD-0HZP"));
  EXPECT_EQ(json["card"].dump(), R"({"company":"VISA","last_four":"4242","expiry":"2028-02"})");
  EXPECT_EQ(json["password"], "7KQ2-M9XV-4TRD-0HZP");
  EXPECT_EQ(json["telephone"], "110-1190");
}

}  // namespace
}  // namespace spillway::net
