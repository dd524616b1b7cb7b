// Orders of members over HTTP: what is asked of the members, and what of it reaches the backend.
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

// One member of the first shop, without a card until he has one.
class OneMember final : public OrderMembers {
 public:
  static constexpr const char* number = "M-3F7K-9Q2M-X";

  Result<OrderMember, FieldError> find(ShopId shop, std::string_view asked, bool wants_card,
                                       CardExpiry) const override {
    if (!MemberNumbers::has_layout(asked)) return OrderMember{};
    if (shop != first_shop || asked != number) return FieldError{"/member", "is not a member"};
    if (wants_card && !has_card) return FieldError{"/card", "is needed"};
    OrderMember member{std::string_view(number), {}};
    if (wants_card) member.card = {{}, {company, {'0', '0', '6', '9'}}};
    return member;
  }

  std::atomic<bool> has_card = false;
  std::atomic<CardCompany> company = CardCompany::visa;
};

class OrderMembersTest : public testing::Test {
 protected:
  OrderMembersTest() : api_(options(), backend_, feeds_), server_({.loops = 1}, api_) {
    backend_.answer_to(api_);
    backend_.answer_with(answers::Accepted{{42}, Timestamp(Duration(5)), false});
    api_.attach(server_);
    const auto started = server_.start();
    EXPECT_TRUE(started) << started.error().message;
  }
  ~OrderMembersTest() override { server_.stop(); }

  OrderApiOptions options() {
    OrderApiOptions options = api_options();
    options.members = &members_;
    options.companies = {CardCompany::visa};
    return options;
  }

  static nlohmann::json order(const std::string& member) {
    return {{"reference", "A-1"},
            {"member", member},
            {"items", {{{"code", "C"}, {"name", "N"}, {"quantity", 1}, {"unit_price", 3150}}}},
            {"amount", 3150},
            {"currency", "JPY"}};
  }
  static nlohmann::json with_card(nlohmann::json order, const std::string& company = "VISA") {
    order["card"] = {{"company", company}, {"number", card_canary}, {"expiry", "2028-12"}};
    return order;
  }
  HttpReply place(const nlohmann::json& order, const std::string& key = first_shop_key,
                  const std::string& more = "") {
    HttpClient client(server_.port());
    const std::string body = order.dump();
    EXPECT_TRUE(
        client.send("POST /v1/orders HTTP/1.1\r\nHost: shop.example\r\nAuthorization: "
                    "Bearer " +
                    key + "\r\n" + more +
                    "Content-Type: application/json\r\n"
                    "Content-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body));
    return client.read_reply();
  }
  void expect_wrong(const HttpReply& reply, const std::string& pointer) {
    EXPECT_EQ(reply.status, 422) << reply.body;
    const nlohmann::json problem = nlohmann::json::parse(reply.body);
    ASSERT_EQ(problem["errors"].size(), 1U) << reply.body;
    EXPECT_EQ(problem["errors"][0]["pointer"], pointer);
    EXPECT_TRUE(backend_.asked().empty());
  }

  OneMember members_;
  ScriptedBackend backend_;
  EventFeeds feeds_{ShopEventIds({1, 2})};
  OrderApi api_;
  HttpServer server_;
};

TEST_F(OrderMembersTest, TheRegisteredCardPaysWhenTheOrderBringsNone) {
  members_.has_card = true;
  EXPECT_EQ(place(order(OneMember::number)).status, 202);
  ASSERT_TRUE(backend_.last_registered_card());
  EXPECT_EQ(backend_.last_registered_card()->card.last_four[3], '9');
  EXPECT_EQ(backend_.last_card(), "");
}

TEST_F(OrderMembersTest, ACardThatComesWithTheOrderPaysIt) {
  members_.has_card = true;
  EXPECT_EQ(place(with_card(order(OneMember::number))).status, 202);
  EXPECT_FALSE(backend_.last_registered_card());
  EXPECT_EQ(backend_.last_card(), card_canary);
}

TEST_F(OrderMembersTest, OfARegisteredMemberNeitherNameNorMailAddressGoFurther) {
  nlohmann::json wanted = with_card(order(OneMember::number));
  wanted["buyer"] = {{"name", "Hanako Sato"}, {"email", "hanako@example.jp"}};
  EXPECT_EQ(place(wanted).status, 202);
  EXPECT_EQ(backend_.last_member(), OneMember::number);
  EXPECT_EQ(backend_.last_buyer(), "");
}

TEST_F(OrderMembersTest, AMemberOfTheShopsOwnBooksIsTakenAtTheShopsWord) {
  nlohmann::json wanted = with_card(order("M-4821"));
  wanted["buyer"] = {{"name", "Hanako Sato"}, {"email", "hanako@example.jp"}};
  EXPECT_EQ(place(wanted).status, 202);
  EXPECT_EQ(backend_.last_member(), "M-4821");
  EXPECT_EQ(backend_.last_buyer(), "hanako@example.jp");
}

TEST_F(OrderMembersTest, WhatIsMissingIsNamed) {
  expect_wrong(place(order(OneMember::number)), "/card");
  expect_wrong(place(order("M-4821")), "/card");
  expect_wrong(place(with_card(order("M-0000-0000-0"))), "/member");
  expect_wrong(place(with_card(order(OneMember::number)), second_shop_key), "/member");
}

TEST_F(OrderMembersTest, AnOrderWithAKeyThatCannotBeAcceptedMayBeARepeat) {
  const std::string key = "Idempotency-Key: one\r\n";
  EXPECT_EQ(place(with_card(order("M-0000-0000-0")), first_shop_key, key).status, 202);
  EXPECT_EQ(place(order(OneMember::number), first_shop_key, key).status, 202);
  ASSERT_EQ(backend_.asked().size(), 2U);
  EXPECT_EQ(backend_.asked()[0].what, "refuse");
  EXPECT_EQ(backend_.asked()[0].detail, "/member");
  EXPECT_EQ(backend_.asked()[1].detail, "/card");
  EXPECT_GE(backend_.flushes(), 2U);
}

TEST_F(OrderMembersTest, ACardOfACompanyThatIsNotTakenDoesNotPay) {
  members_.has_card = true;
  members_.company = CardCompany::jcb;
  expect_wrong(place(order(OneMember::number)), "/card/company");
  expect_wrong(place(with_card(order(OneMember::number), "JCB")), "/card/company");
}

}  // namespace
}  // namespace spillway::net
