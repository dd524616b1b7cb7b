#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/api/common/order_json.hpp"
#include "net/http/http_date.hpp"

namespace spillway::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const OrderCodes shown_codes({1, 2});

Timestamp at(std::int64_t microseconds) {
  return Timestamp(Duration(microseconds));
}

std::string timestamp(std::int64_t microseconds) {
  std::string text;
  append_timestamp(text, at(microseconds));
  return text;
}

OrderView sample() {
  OrderView view;
  view.received.shop = {7};
  view.received.relay = {3};
  view.received.reference = "A-\"10023\"";
  view.received.member = "M-4821";
  view.received.buyer = {"Hanako Sato", "hanako@example.jp"};
  view.received.items = {{"SHOE-42", "Leather shoes 革靴", 2, 1500}, {"LACE-1", "La\\ces", 1, 150}};
  view.received.amount = {3150, *Currency::from_code("JPY")};
  view.received.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  view.received_at = at(1'795'300'000'123'456);
  view.state = open_order({42}, view.received, view.received_at);
  return view;
}

nlohmann::json order_json(const OrderView& view) {
  std::string text;
  OrderJson(shown_codes, {{{3}, "visa-relay"}}).append_order(text, view);
  return nlohmann::json::parse(text);
}

TEST(OrderJson, WritesTimesAsRfc3339) {
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(timestamp(1'709'210'096'000'007), "2024-02-29T12:34:56.000007Z");
  EXPECT_EQ(timestamp(4'102'444'799'999'999), "2099-12-31T23:59:59.999999Z");
}

TEST(OrderJson, EscapesTexts) {
  std::string text;
  append_json_text(text, std::string("a\"\\\n\0\x1F 日", 10));
  EXPECT_EQ(text, "\"a\\\"\\\\\\u000a\\u0000\\u001f \xE6\x97\xA5\"");
}

TEST(OrderJson, ShowsAnOrderThatWaits) {
  EXPECT_EQ(order_json(sample()), nlohmann::json::parse(R"({
    "order": ")" + shown_codes.encode({42}) + R"(", "reference": "A-\"10023\"", "member": "M-4821",
    "status": "received", "amount": 3150, "currency": "JPY",
    "received_at": "2026-11-21T22:26:40.123456Z",
    "items": [{"code": "SHOE-42", "name": "Leather shoes 革靴", "quantity": 2, "unit_price": 1500},
              {"code": "LACE-1", "name": "La\\ces", "quantity": 1, "unit_price": 150}],
    "history": [{"status": "received", "at": "2026-11-21T22:26:40.123456Z"}],
    "authorization": {"answer": null, "approval_code": null, "relay": "visa-relay", "attempts": 0},
    "mail": null,
    "card": {"company": "VISA", "last_four": "4242"}})"));
}

TEST(OrderJson, ShowsAnOrderThatWasAuthorized) {
  OrderView view = sample();
  view.state.status = Status::authorized;
  view.state.answer = Answer::usable;
  view.state.approval_code = "A12345";
  view.state.attempt = {2};
  view.state.history.push_back({Status::authorized, at(1'795'300'001'000'000)});
  const nlohmann::json order = order_json(view);
  EXPECT_EQ(order["status"], "authorized");
  EXPECT_EQ(order["authorization"],
            nlohmann::json::parse(R"({"answer": "usable", "approval_code": "A12345",
                                                     "relay": "visa-relay", "attempts": 2})"));
  EXPECT_EQ(order["history"].size(), 2u);
  EXPECT_EQ(order["history"][1]["status"], "authorized");
}

TEST(OrderJson, NamesTheThreeAnswersAsTheContractDoes) {
  for (const auto& [answer, text] :
       std::vector<std::pair<Answer, nlohmann::json>>{{Answer::none, nullptr},
                                                      {Answer::usable, "usable"},
                                                      {Answer::unusable, "unusable"},
                                                      {Answer::exceeds_ceiling, "exceeds_ceiling"},
                                                      {Answer::come_back_later, nullptr}}) {
    OrderView view = sample();
    view.state.answer = answer;
    EXPECT_EQ(order_json(view)["authorization"]["answer"], text);
  }
}

TEST(OrderJson, SaysHowFarTheBuyerWasTold) {
  OrderView view = sample();
  EXPECT_EQ(order_json(view)["mail"], nullptr) << "there is nothing to tell";
  view.state.status = Status::authorized;
  view.state.notice_due = Notice::thanks;
  EXPECT_EQ(order_json(view)["mail"], "due");
  view.state.notice_due = Notice::none;
  EXPECT_EQ(order_json(view)["mail"], "delivered");
  view.state.notice_refused = true;
  EXPECT_EQ(order_json(view)["mail"], "refused");
  view.state.notice_refused = false;
  view.state.status = Status::cancelling;
  EXPECT_EQ(order_json(view)["mail"], nullptr);
}

TEST(OrderJson, LeavesOutTheMemberOfAGuest) {
  OrderView view = sample();
  view.received.member.clear();
  EXPECT_FALSE(order_json(view).contains("member"));
}

TEST(OrderJson, ListsOrdersWithTheCodeToGoOnFrom) {
  const OrderJson writer(shown_codes, {});
  std::string text;
  writer.append_orders(text, {{}, {0}});
  EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(R"({"orders": [], "next": null})"));
  text.clear();
  writer.append_orders(text, {{sample(), sample()}, {41}});
  const nlohmann::json list = nlohmann::json::parse(text);
  EXPECT_EQ(list["orders"].size(), 2u);
  EXPECT_EQ(list["next"], shown_codes.encode({41}));
}

TEST(AcceptedAnswer, IsTheContractsAnswer) {
  AcceptedAnswer answer(shown_codes);
  for (const bool replayed : {false, true, false}) {
    const std::string bytes(answer.bytes({{42}, at(1'795'300'000'123'456), replayed}));
    const std::size_t end = bytes.find("\r\n\r\n");
    ASSERT_NE(end, std::string::npos);
    const std::string head = bytes.substr(0, end + 2);
    const std::string body = bytes.substr(end + 4);
    const std::string code = shown_codes.encode({42});

    EXPECT_TRUE(head.starts_with("HTTP/1.1 202 Accepted\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nLocation: /v1/orders/" + code + "\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nDate: "));
    EXPECT_EQ(head.find("Date: ") + 6 + http_date_now().size(), head.find("\r\nContent-Length"));
    EXPECT_EQ(head.find("Idempotency-Replayed: true\r\n") != std::string::npos, replayed);
    EXPECT_EQ(nlohmann::json::parse(body),
              nlohmann::json({{"order", code},
                              {"status", "received"},
                              {"received_at", "2026-11-21T22:26:40.123456Z"},
                              {"message", "Your order has been received"},
                              {"notice",
                               "The result of the verification of your credit card will "
                               "be sent by e-mail"}}));
  }
}

TEST(AcceptedAnswer, ReplaysTheSameBody) {
  AcceptedAnswer answer(shown_codes);
  const auto body_of = [&](bool replayed) {
    const std::string bytes(answer.bytes({{42}, at(1'795'300'000'123'456), replayed}));
    return bytes.substr(bytes.find("\r\n\r\n"));
  };
  EXPECT_EQ(body_of(false), body_of(true));
}

TEST(AcceptedAnswer, SaysWhenToExpectTheOutcomeWhenItIsKnown) {
  AcceptedAnswer answer(shown_codes);
  const Timestamp received_at = at(1'795'300'000'123'456);
  for (const bool replayed : {false, true}) {
    const std::string plain(answer.bytes({{42}, received_at, replayed, std::nullopt}));
    EXPECT_EQ(plain.find("expected_outcome_at"), std::string::npos);
    const std::string bytes(answer.bytes({{42}, received_at, replayed, 61'500}));
    const std::size_t end = bytes.find("\r\n\r\n");
    const std::string body = bytes.substr(end + 4);
    std::string expected;
    append_timestamp(expected, received_at + std::chrono::milliseconds(61'500));
    EXPECT_THAT(body, HasSubstr(R"("expected_outcome_at":")" + expected + "\","));
    EXPECT_THAT(bytes, HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  }
}

}  // namespace
}  // namespace spillway::net
