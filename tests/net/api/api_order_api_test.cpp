#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/http/limits.hpp"
#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string good_body =
    R"({"reference":"A-1","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},)"
    R"("items":[{"code":"C","name":"N","quantity":1,"unit_price":3150}],"amount":3150,)"
    R"("currency":"JPY","card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"}})";

const std::string asked_code = api_codes.encode({42});

answers::Order an_order(Status status) {
  answers::Order order{std::make_shared<OrderView>()};
  order.view->received.reference = "A-1";
  order.view->received.amount = {3150, *Currency::from_code("JPY")};
  order.view->received.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  order.view->state = open_order({42}, order.view->received, order.view->received_at);
  order.view->state.status = status;
  return order;
}

TEST_F(OrderApiTest, HandsOverAnOrderAndTellsItsCode) {
  backend_.answer_with(answers::Accepted{{42}, Timestamp(Duration(1'795'300'000'123'456)), false});
  const HttpReply reply = ask(request("POST", "/v1/orders", good_body, "Idempotency-Key: k 1\r\n"));
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.header("Location"), "/v1/orders/" + asked_code);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.header("Idempotency-Replayed"), "");
  EXPECT_EQ(nlohmann::json::parse(reply.body)["order"], asked_code);
  EXPECT_EQ(nlohmann::json::parse(reply.body)["status"], "received");
  EXPECT_EQ(nlohmann::json::parse(reply.body)["received_at"], "2026-11-21T22:26:40.123456Z");

  ASSERT_EQ(backend_.asked().size(), 1u);
  EXPECT_EQ(backend_.asked()[0].shop, first_shop);
  EXPECT_EQ(backend_.asked()[0].detail, "k 1");
  EXPECT_EQ(backend_.last_reference(), "A-1");
  EXPECT_EQ(backend_.last_card(), card_canary);
  EXPECT_EQ(backend_.last_body(), good_body);
}

TEST_F(OrderApiTest, SaysThatAnAnswerIsReplayed) {
  backend_.answer_with(answers::Accepted{{42}, Timestamp(Duration(5)), false});
  const HttpReply first = ask(request("POST", "/v1/orders", good_body));
  backend_.answer_with(answers::Accepted{{42}, Timestamp(Duration(5)), true});
  const HttpReply second = ask(request("POST", "/v1/orders", good_body));
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(second.body, first.body);
}

TEST_F(OrderApiTest, FlushesOnceForAllThatATurnHandedOver) {
  const std::string one = request("POST", "/v1/orders", good_body);
  HttpClient client(server_.port());
  ASSERT_TRUE(client.send(one + one + one));  // one read of the server
  ASSERT_TRUE(backend_.wait_for(3));
  EXPECT_EQ(backend_.flushes(), 1u);
  std::vector<ApiAnswer> batch;
  for (const Ticket& ticket : backend_.tickets()) batch.push_back({ticket, answers::Full{}});
  api_.answer(batch);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read_reply().status, 503);
}

TEST_F(OrderApiTest, DoesNotFlushWhatHandedOverNothing) {
  EXPECT_EQ(ask(raw_request("GET", "/healthz", "")).status, 200);
  EXPECT_EQ(ask(request("POST", "/v1/orders", "{}")).status, 422);
  EXPECT_EQ(backend_.flushes(), 0u);
}

TEST_F(OrderApiTest, WritesABatchOfAnswersOfSeveralLoopsEachOnItsOwn) {
  std::vector<HttpClient> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back(server_.port());
    ASSERT_TRUE(clients.back().send(request("POST", "/v1/orders", good_body)));
    ASSERT_TRUE(backend_.wait_for(static_cast<std::size_t>(i) + 1));
  }
  std::vector<ApiAnswer> batch;
  for (const Ticket& ticket : backend_.tickets()) {
    batch.push_back({ticket, answers::Accepted{{100 + batch.size()}, {}, false}});
  }
  std::thread([&] { api_.answer(batch); }).join();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const HttpReply reply = clients[i].read_reply();
    EXPECT_EQ(reply.status, 202);
    EXPECT_EQ(nlohmann::json::parse(reply.body)["order"], api_codes.encode({100 + i}));
  }
}

TEST_F(OrderApiTest, TurnsEachAnswerOfTheBackendIntoItsStatus) {
  struct Case {
    ScriptedBackend::Content content;
    int status;
  };
  const std::vector<Case> cases{
      {answers::InFlight{}, 409},     {answers::OtherBody{}, 422},
      {answers::Full{}, 503},         {answers::NotFound{}, 404},
      {answers::NotFound{true}, 404}, {answers::Forbidden{Status::refused}, 409}};
  for (const Case& c : cases) {
    backend_.answer_with(c.content);
    const HttpReply reply = ask(request("POST", "/v1/orders", good_body));
    expect_problem(reply, c.status);
    EXPECT_EQ(reply.header("Retry-After"), c.status == 503 ? "1" : "");
    EXPECT_EQ(nlohmann::json::parse(reply.body).value("order_status", ""),
              std::holds_alternative<answers::Forbidden>(c.content) ? "refused" : "");
  }
}

TEST_F(OrderApiTest, ShowsCancelsAndApprovesAnOrder) {
  struct Case {
    std::string method;
    std::string target;
    std::string body;
    std::string what;
    std::string detail;
  };
  const std::string path = "/v1/orders/" + asked_code;
  const std::vector<Case> cases{
      {"GET", path, "", "inquire", ""},
      {"HEAD", path, "", "inquire", ""},
      {"GET", "/v1/orders/" + asked_code.substr(0, 4) + asked_code.substr(5), "", "inquire", ""},
      {"POST", path + "/cancel", "", "cancel", ""},
      {"POST", path + "/approval", R"({"approved":true,"approval_code":"A12345"})", "approve",
       "yes A12345"},
      {"POST", path + "/approval", R"({"approved":false})", "approve", "no "},
  };
  backend_.answer_with(an_order(Status::cancelling));
  for (const Case& c : cases) {
    const HttpReply reply = ask(request(c.method, c.target, c.body));
    EXPECT_EQ(reply.status, 200) << c.method << " " << c.target;
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
    if (c.method != "HEAD") {
      EXPECT_EQ(nlohmann::json::parse(reply.body)["order"], asked_code);
      EXPECT_EQ(nlohmann::json::parse(reply.body)["status"], "cancelling");
    }
    const Asked asked = backend_.asked().back();
    EXPECT_EQ(asked.what, c.what);
    EXPECT_EQ(asked.shop, first_shop);
    EXPECT_EQ(asked.order, OrderNumber{42});
    EXPECT_EQ(asked.detail, c.detail);
  }
}

TEST_F(OrderApiTest, ListsOrders) {
  backend_.answer_with(answers::Orders{{*an_order(Status::received).view}, {42}});
  const HttpReply reply =
      ask(request("GET", "/v1/orders?status=received&limit=1&after=" + api_codes.encode({50})));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(nlohmann::json::parse(reply.body)["orders"].size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(reply.body)["next"], asked_code);
  ASSERT_EQ(backend_.asked().size(), 1u);
  EXPECT_EQ(backend_.asked()[0].filter.status, Status::received);
  EXPECT_EQ(backend_.asked()[0].filter.before, OrderNumber{50});
  EXPECT_EQ(backend_.asked()[0].filter.limit, 1u);
  expect_problem(ask(request("GET", "/v1/orders?limit=0")), 400);
  expect_problem(ask(request("GET", "/v1/orders?page=2")), 400);
}

TEST_F(OrderApiTest, AsksTheBackendInTheNameOfTheKeysShop) {
  backend_.answer_with(answers::NotFound{});
  const std::string path = "/v1/orders/" + asked_code;
  const std::vector<std::pair<std::string, std::string>> routes{{"GET", path},
                                                                {"POST", path + "/cancel"},
                                                                {"POST", path + "/approval"},
                                                                {"GET", "/v1/orders"},
                                                                {"POST", "/v1/orders"}};
  for (const auto& [method, target] : routes) {
    const std::string body = target.ends_with("approval") ? R"({"approved":false})" : good_body;
    const HttpReply reply = ask(raw_request(
        method, target,
        "Authorization: Bearer " + second_shop_key + "\r\nContent-Type: application/json\r\n",
        body));
    expect_problem(reply, 404);
    EXPECT_EQ(backend_.asked().back().shop, second_shop) << method << " " << target;
  }
}

TEST_F(OrderApiTest, RefusesRequestsWithWrongHeaderFields) {
  const std::string key = "Authorization: Bearer " + first_shop_key + "\r\n";
  const std::string type = "Content-Type: application/json\r\n";
  const std::vector<std::pair<std::string, int>> cases{
      {key, 415},
      {key + "Content-Type: text/plain\r\n", 415},
      {key + "Content-Type: application/json; charset=latin1\r\n", 415},
      {key + type + "Idempotency-Key: \r\n", 400},
      {key + type + "Idempotency-Key: " + std::string(256, 'k') + "\r\n", 400},
      {key + type + "Idempotency-Key: caf\xC3\xA9\r\n", 400},
      {key + type + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n", 400},
      {key + type + "Idempotency-Key: \"\"\r\n", 400},
      {key + type + "Idempotency-Key: \"abc\r\n", 400},
      {key + type + "Content-Encoding: gzip\r\n", 415},
      {key + type + key, 400},
      {key + type + type, 400},
  };
  for (const auto& [lines, status] : cases) {
    expect_problem(ask(raw_request("POST", "/v1/orders", lines, good_body)), status);
  }
  EXPECT_TRUE(backend_.asked().empty());
}

TEST_F(OrderApiTest, RefusesBadBodiesWithPointersAndWithoutTheCardNumber) {
  struct Case {
    std::string body;
    int status;
    std::string pointer;
  };
  const auto replaced = [](const std::string& from, const std::string& to) {
    std::string body = good_body;
    return body.replace(body.find(from), from.size(), to);
  };
  const std::string number(card_canary);
  const std::vector<Case> cases{
      {"", 400, ""},
      {good_body + number, 400, ""},
      {good_body.substr(1), 400, ""},
      {"\xFF" + good_body, 400, ""},
      {std::string(1000, '[') + number, 400, ""},
      {replaced("\"amount\":3150", "\"amount\":3150,\"amount\":3150"), 400, ""},
      {std::string(limits::http_body_max + 1, ' ') + good_body, 413, ""},
      {replaced("3150,\"currency\"", "3151,\"currency\""), 422, "/amount"},
      {replaced("\"amount\":3150", "\"amount\":\"3150\""), 422, "/amount"},
      {replaced("\"amount\":3150", "\"amount\":-3150"), 422, "/amount"},
      {replaced("\"amount\":3150", "\"amount\":4242424242424242424242"), 422, "/amount"},
      {replaced("JPY", number), 422, "/currency"},
      {replaced("VISA", number), 422, "/card/company"},
      {replaced(number, number + "0"), 422, "/card/number"},
      {replaced("2028-12", "2020-01"), 422, "/card/expiry"},
      {replaced("2028-12\"", "2028-12\",\"cvc\":\"123\""), 422, "/card/cvc"},
      {replaced("hanako@example.jp", "a@b.example\\r\\nBcc: c@d.example"), 422, "/buyer/email"},
  };
  for (const Case& c : cases) {
    const HttpReply reply = ask(request("POST", "/v1/orders", c.body));
    EXPECT_EQ(reply.status, c.status) << c.body.substr(0, 200);
    expect_problem(reply, c.status);
    EXPECT_THAT(reply.body, Not(HasSubstr("4242")));
    for (const auto& [name, value] : reply.headers) EXPECT_THAT(value, Not(HasSubstr("4242")));
    if (c.pointer.empty()) continue;
    const nlohmann::json errors = nlohmann::json::parse(reply.body)["errors"];
    ASSERT_EQ(errors.size(), 1u) << reply.body;
    EXPECT_EQ(errors[0]["pointer"], c.pointer);
    EXPECT_FALSE(errors[0].value("detail", "").empty());
  }
  EXPECT_TRUE(backend_.asked().empty());
}

// Its key may be that of an order that was accepted before the rules, or what they ask, changed.
TEST_F(OrderApiTest, LooksTheKeyUpBeforeItRefusesABody) {
  const auto replaced = [](const std::string& from, const std::string& to) {
    std::string body = good_body;
    return body.replace(body.find(from), from.size(), to);
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {replaced("2028-12", "2020-01"), "/card/expiry"},
      {replaced("3150,\"currency\"", "3151,\"currency\""), "/amount"},
      {replaced("JPY", "JPX"), "/currency"},
      {replaced("2028-12\"", "2028-12\",\"cvc\":\"123\""), "/card/cvc"},
      {good_body.substr(1), "400"},
      {"[]", "400"},
  };
  backend_.answer_with(answers::Accepted{{7}, {}, true});
  for (const auto& [body, reason] : cases) {
    const HttpReply reply = ask(request("POST", "/v1/orders", body, "Idempotency-Key: k\r\n"));
    EXPECT_EQ(reply.status, 202) << reason;
    EXPECT_EQ(reply.header("Idempotency-Replayed"), "true") << reason;
    EXPECT_EQ(backend_.asked().back().what, "refuse") << reason;
    EXPECT_EQ(backend_.asked().back().detail, reason);
    EXPECT_EQ(backend_.last_body(), body);
  }
  EXPECT_EQ(backend_.asked().size(), cases.size());
}

TEST_F(OrderApiTest, TakesAKeyInQuotesForTheSameWithout) {
  backend_.answer_with(answers::Accepted{{7}, {}, false});
  for (const char* key : {"abc", "\"abc\"", "\"abc\";v=2"}) {
    const std::string line = std::string("Idempotency-Key: ") + key + "\r\n";
    EXPECT_EQ(ask(request("POST", "/v1/orders", good_body, line)).status, 202) << key;
    EXPECT_EQ(backend_.asked().back().detail, "abc") << key;
  }
}

TEST_F(OrderApiTest, SaysWhichCodingsOfABodyItTakes) {
  const HttpReply reply =
      ask(request("POST", "/v1/orders", "\x1F\x8B\x08", "Content-Encoding: br\r\n"));
  expect_problem(reply, 415);
  EXPECT_EQ(reply.header("Accept-Encoding"), "identity");
}

TEST_F(OrderApiTest, TakesAPathForTheSameHoweverItIsEncoded) {
  backend_.answer_with(an_order(Status::authorized));
  std::string encoded = asked_code;
  for (std::size_t at = 0; (at = encoded.find('-', at)) != std::string::npos;)
    encoded.replace(at, 1, "%2D");
  for (const std::string& path : {"/v1/orders/" + encoded, "/%76%31/orders/" + asked_code,
                                  "/v1/orders/" + asked_code + "/c%61ncel"}) {
    const bool cancels = path.ends_with("ncel");
    EXPECT_EQ(ask(request(cancels ? "POST" : "GET", path)).status, 200) << path;
  }
  ASSERT_EQ(backend_.asked().size(), 3u);
  for (const Asked& asked : backend_.asked()) EXPECT_EQ(asked.order, api_codes.decode(asked_code));
  for (const std::string& path :
       {"/v1%2Forders/" + asked_code, "/v1/orders/" + asked_code + "%2Fcancel",
        "/v1/orders/" + asked_code + "%", "/v1/orders/" + asked_code + "%0A",
        "/v1/orders/" + asked_code + "%252D"})
    expect_problem(ask(request("GET", path)), 404);
}

TEST_F(OrderApiTest, NeverAnswersWithMoreOfACardThanItsLastFour) {
  backend_.answer_with(an_order(Status::authorized));
  const HttpReply reply = ask(request("GET", "/v1/orders/" + asked_code));
  EXPECT_EQ(nlohmann::json::parse(reply.body)["card"],
            nlohmann::json::parse(R"({"company": "VISA", "last_four": "4242"})"));
  EXPECT_THAT(reply.body, Not(HasSubstr("42424")));
}

TEST_F(OrderApiTest, AListDoesNotBeginAtAPlaceThatIsNotKnown) {
  for (const std::uint64_t lost : {900'000U, 1'000'000U}) {
    const auto reply = ask(request("GET", "/v1/orders?after=" + api_codes.encode({lost})));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_NE(reply.body.find("/problems/place-unknown"), std::string::npos) << reply.body;
  }
}

}  // namespace
}  // namespace spillway::net
