// GET /v1/events, and what is sent on it.
#include <gtest/gtest.h>

#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "engine/telling/limits.hpp"
#include "net/api/orders/event_json.hpp"
#include "tests/net/fixtures/api_fixture.hpp"
#include "tests/net/fixtures/http_handlers.hpp"

namespace spillway::net {
namespace {

const ShopEventIds event_ids({1, 2});

class ScriptedListener : public EventFeedListener {
 public:
  RecordNumber on_feed_opened(ShopId shop, std::optional<RecordNumber> after,
                              Ticket feed) override {
    const std::lock_guard lock(mutex_);
    opened_.push_back({shop, after, feed});
    return after.value_or(RecordNumber{41});
  }
  void on_feed_drained(Ticket) override {}
  void on_feed_closed(Ticket) override { ++closed; }

  struct Opened {
    ShopId shop;
    std::optional<RecordNumber> after;
    Ticket feed;
  };
  std::vector<Opened> opened() {
    const std::lock_guard lock(mutex_);
    return opened_;
  }
  std::atomic<int> closed{0};

 private:
  std::mutex mutex_;
  std::vector<Opened> opened_;
};

class EventApiTest : public OrderApiTest {
 protected:
  EventApiTest() { feeds_.start(listener_); }
  ~EventApiTest() override {
    server_.stop();
    feeds_.stop();
  }

  // The stream's first bytes.
  static std::string begin(HttpClient& client, const std::string& target,
                           const std::string& more = {}) {
    client.send(request("GET", target, {}, more));
    return read_until(client, "\n\n\r\n");
  }
  static std::string read_until(HttpClient& client, const std::string& end) {
    std::string all;
    while (!all.ends_with(end)) {
      const std::string some = client.read_some();
      if (some.empty()) break;
      all += some;
    }
    return all;
  }

  ScriptedListener listener_;
};

TEST_F(EventApiTest, BeginsAStreamFromNowOnAndTellsItsPlace) {
  HttpClient client(server_.port());
  const std::string text = begin(client, "/v1/events");
  EXPECT_NE(text.find("\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("retry: 2000\nid: " + event_ids.encode({41}) + "\n\n"), std::string::npos);
  ASSERT_EQ(listener_.opened().size(), 1u);
  EXPECT_EQ(listener_.opened()[0].shop, first_shop);
  EXPECT_EQ(listener_.opened()[0].after, std::nullopt);
  EXPECT_EQ(feeds_.counts().open, 1u);
  client.close();
  EXPECT_TRUE(eventually([&] { return listener_.closed == 1 && feeds_.counts().open == 0; }));
  EXPECT_EQ(feeds_.counts().opened_total, 1u);
}

TEST_F(EventApiTest, GoesOnWhereTheClientSaysThatItWas) {
  const std::string id = event_ids.encode({17});
  const std::pair<std::string, std::string> cases[] = {
      {"/v1/events", "Last-Event-ID: " + id + "\r\n"},
      {"/v1/events?after=" + id, ""},
      {"/v1/events?after=" + event_ids.encode({3}), "Last-Event-ID: " + id + "\r\n"}};
  for (const auto& [target, more] : cases) {
    HttpClient client(server_.port());
    begin(client, target, more);
    EXPECT_EQ(listener_.opened().back().after, RecordNumber{17}) << target;
  }
}

TEST_F(EventApiTest, RefusesWhatIsNoPlace) {
  for (const auto& [target, more] : {std::pair{"/v1/events?after=7", ""},
                                     {"/v1/events?since=yesterday", ""},
                                     {"/v1/events?after=%4", ""},
                                     {"/v1/events", "Last-Event-ID: 7\r\n"}}) {
    EXPECT_EQ(ask(request("GET", target, {}, more)).status, 400) << target;
  }
  EXPECT_EQ(ask(request("HEAD", "/v1/events")).status, 405);
  EXPECT_EQ(ask(request("POST", "/v1/events")).header("Allow"), "GET, OPTIONS");
  EXPECT_EQ(ask(raw_request("GET", "/v1/events", "")).status, 401);
  EXPECT_TRUE(listener_.opened().empty());
}

TEST_F(EventApiTest, FeedsEachStreamItsPieces) {
  HttpClient one(server_.port());
  HttpClient two(server_.port());
  begin(one, "/v1/events");
  begin(two, "/v1/events");
  const auto opened = listener_.opened();
  ASSERT_EQ(opened.size(), 2u);
  feeds_.feed({{{opened[0].feed, opened[1].feed}, "both\n\n"}, {{opened[1].feed}, "two\n\n"}});
  EXPECT_EQ(read_until(one, "both\n\n\r\n"), "6\r\nboth\n\n\r\n");
  EXPECT_EQ(read_until(two, "two\n\n\r\n"), "6\r\nboth\n\n\r\n5\r\ntwo\n\n\r\n");
}

TEST_F(EventApiTest, OpensNoMoreStreamsForAShopThanItMay) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < limits::event_feeds_shop_max; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server_.port()));
    begin(*clients.back(), "/v1/events");
  }
  const HttpReply refused = ask(request("GET", "/v1/events"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "10");
  clients.front()->close();
  EXPECT_TRUE(eventually([&] { return feeds_.counts().open < limits::event_feeds_shop_max; }));
  HttpClient again(server_.port());
  EXPECT_NE(begin(again, "/v1/events").find("200 OK"), std::string::npos);
}

TEST_F(EventApiTest, AStreamDoesNotBeginAtAPlaceThatIsNotKnown) {
  for (const std::uint64_t lost : {900'000U, 1'000'000U}) {
    for (const auto& [query, field] :
         {std::pair("?after=" + event_ids.encode({lost}), std::string()),
          std::pair(std::string(), "Last-Event-ID: " + event_ids.encode({lost}) + "\r\n")}) {
      const auto reply = ask(request("GET", "/v1/events" + query, {}, field));
      EXPECT_EQ(reply.status, 400);
      EXPECT_NE(reply.body.find("/problems/place-unknown"), std::string::npos) << reply.body;
    }
  }
  EXPECT_EQ(feeds_.counts().open, 0U);
}

TEST(EventJson, IsWhatTheDocumentShows) {
  Received received;
  received.reference = "A-10023";
  received.amount = {3150, {392}};
  received.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  const Timestamp at(std::chrono::sys_days{std::chrono::year(2026) / 11 / 21});
  const EventJson json(OrderCodes({1, 2}), event_ids);
  ShopEvent event{{5}, {3}, 2, Status::authorized, at, Answer::usable, "A12345"};
  std::string text;
  json.append(text, event, received);
  EXPECT_EQ(text, R"({"id":")" + event_ids.encode({5}) +
                      R"(","type":"order.authorized","created_at":"2026-11-21T00:00:00.000000Z",)"
                      R"("version":2,"order":")" +
                      OrderCodes({1, 2}).encode({3}) +
                      R"(","reference":"A-10023","status":"authorized","amount":3150,)"
                      R"("currency":"JPY","authorization":{"answer":"usable",)"
                      R"("approval_code":"A12345"},"card":{"company":"VISA","last_four":"4242"}})");
  event.status = Status::in_doubt;
  event.answer = Answer::come_back_later;
  event.approval_code = {};
  std::string stream;
  json.append_to_stream(stream, event, received);
  EXPECT_TRUE(stream.starts_with("id: " + event_ids.encode({5}) +
                                 "\nevent: order.in_doubt\ndata: {\"id\":"));
  EXPECT_NE(stream.find(R"("authorization":{"answer":null,"approval_code":null})"),
            std::string::npos);
  EXPECT_TRUE(stream.ends_with("}\n\n"));
}

TEST(EventJson, IsNeverLargerThanItsLimit) {
  Received received;
  for (std::size_t i = 0; i < limits::order_reference_max; ++i) received.reference += "😀";
  received.amount = {limits::amount_max, {392}};
  received.card = {CardCompany::mastercard, {'4', '2', '4', '2'}};
  const ShopEvent event{{limits::order_number_max - 1},
                        {limits::order_number_max},
                        UINT16_MAX,
                        Status::approval_needed,
                        Timestamp(std::chrono::sys_days{std::chrono::year(2026) / 11 / 21}),
                        Answer::exceeds_ceiling,
                        "\"\"\"\"\"\""};
  std::string text;
  EventJson(OrderCodes({1, 2}), event_ids).append_to_stream(text, event, received);
  EXPECT_LE(text.size(), limits::shop_event_bytes_max);
}

}  // namespace
}  // namespace spillway::net
