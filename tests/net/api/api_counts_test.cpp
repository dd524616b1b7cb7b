// What OrderApi counts of its answers.
#include <map>
#include <tuple>

#include <gmock/gmock.h>

#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

const std::string counted_body =
    R"({"reference":"A-1","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},)"
    R"("items":[{"code":"C","name":"N","quantity":1,"unit_price":3150}],"amount":3150,)"
    R"("currency":"JPY","card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"}})";

class ApiCountsTest : public OrderApiTest {
 protected:
  std::map<std::tuple<std::string, std::string, char>, std::uint64_t> counts() const {
    std::map<std::tuple<std::string, std::string, char>, std::uint64_t> found;
    for (const ApiAnswerCount& each : api_.answer_counts())
      found[{std::string(each.route), std::string(each.method), each.status_class}] = each.count;
    return found;
  }
  std::uint64_t count(const std::string& route, const std::string& method, char digit) const {
    return counts()[{route, method, digit}];
  }
};

TEST_F(ApiCountsTest, ShowsTheWayOfOrdersFromTheStart) {
  for (const char digit : {'2', '4', '5'}) {
    EXPECT_TRUE(counts().contains({"/v1/orders", "POST", digit}));
    EXPECT_TRUE(counts().contains({"/v1/orders/{order}", "GET", digit}));
  }
  EXPECT_FALSE(counts().contains({"/healthz", "GET", '2'}));
}

TEST_F(ApiCountsTest, CountsByRouteMethodAndClassOfTheStatus) {
  EXPECT_EQ(ask(raw_request("GET", "/healthz", "")).status, 200);
  EXPECT_EQ(ask(raw_request("HEAD", "/healthz", "")).status, 200);
  EXPECT_EQ(ask(raw_request("GET", "/v1/openapi.json", "")).status, 200);  // a constant body
  EXPECT_EQ(ask(raw_request("GET", "/v1/orders/no-code", "")).status, 401);
  EXPECT_EQ(ask(request("GET", "/v1/orders/no-code")).status, 404);
  EXPECT_EQ(ask(request("POST", "/v1/orders", "{}")).status, 422);
  EXPECT_EQ(ask(request("DELETE", "/v1/orders")).status, 405);
  EXPECT_EQ(ask(request("GET", "/v1/nothing")).status, 404);
  EXPECT_EQ(ask(request("GET", "/v1/relays")).status, 401);
  EXPECT_EQ(ask("what?\r\n\r\n").status, 400);
  EXPECT_EQ(count("/healthz", "GET", '2'), 1U);
  EXPECT_EQ(count("/healthz", "HEAD", '2'), 1U);
  EXPECT_EQ(count("/v1/openapi.json", "GET", '2'), 1U);
  EXPECT_EQ(count("/v1/orders/{order}", "GET", '4'), 2U);
  EXPECT_EQ(count("/v1/orders", "POST", '4'), 1U);
  EXPECT_EQ(count("/v1/orders", "DELETE", '4'), 1U);
  EXPECT_EQ(count("", "GET", '4'), 1U);
  EXPECT_EQ(count("/v1/relays", "GET", '4'), 1U);
  EXPECT_EQ(count("", "", '4'), 1U) << "the server's own";
}

// An answer that comes later, and from the bytes of another's, is counted where it was asked for.
TEST_F(ApiCountsTest, CountsWhatComesLaterInAnyOrder) {
  HttpClient client(server_.port());
  ASSERT_TRUE(client.send(request("POST", "/v1/orders", counted_body) +
                          request("GET", "/v1/orders?limit=1") +
                          request("POST", "/v1/orders", counted_body)));
  ASSERT_TRUE(backend_.wait_for(3));
  const auto tickets = backend_.tickets();
  api_.answer({{tickets[2], answers::Full{}}});
  api_.answer({{tickets[1], answers::Orders{}}});
  api_.answer({{tickets[0], answers::Accepted{{100}, {}, false}}});
  EXPECT_EQ(client.read_reply().status, 202);
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_EQ(client.read_reply().status, 503);
  EXPECT_EQ(count("/v1/orders", "POST", '2'), 1U);
  EXPECT_EQ(count("/v1/orders", "POST", '5'), 1U);
  EXPECT_EQ(count("/v1/orders", "GET", '2'), 1U);
}

class ApiAcceptanceTest : public testing::Test {
 protected:
  static OrderApiOptions options(DurationHistogram& acceptance) {
    OrderApiOptions options = api_options();
    options.now = [] { return Timestamp(std::chrono::seconds(1'000)); };
    options.acceptance = &acceptance;
    return options;
  }
};

TEST_F(ApiAcceptanceTest, MeasuresFromTheReceptionToThe202ButNoRepeats) {
  using namespace std::chrono_literals;
  DurationHistogram acceptance(DurationHistogram::short_bounds_us);
  ScriptedBackend backend;
  EventFeeds feeds{ShopEventIds({1, 2})};
  OrderApi api(options(acceptance), backend, feeds);
  HttpServerOptions server_options;
  server_options.loops = 1;
  HttpServer server(server_options, api);
  api.attach(server);
  ASSERT_TRUE(server.start());
  HttpClient client(server.port());
  const std::string lines = "POST /v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                            first_shop_key +
                            "\r\nContent-Type: application/json\r\nContent-Length: " +
                            std::to_string(counted_body.size()) + "\r\n\r\n" + counted_body;
  ASSERT_TRUE(client.send(lines + lines + lines + lines));
  ASSERT_TRUE(backend.wait_for(4));
  const auto tickets = backend.tickets();
  const Timestamp now{1'000s};
  const answers::AcceptedWithReceipt receipt{
      std::make_shared<const answers::AcceptedWithReceipt::Content>(
          answers::AcceptedWithReceipt::Content{{{3}, now - 300ms, false}, "signed"})};
  api.answer({{tickets[0], answers::Accepted{{1}, now - 2ms, false}},
              {tickets[1], answers::Accepted{{2}, now - 24h, true}},
              {tickets[2], receipt},
              {tickets[3], answers::Full{}}});
  for (int i = 0; i < 4; ++i) client.read_reply();
  server.stop();
  const auto reading = acceptance.read();
  EXPECT_EQ(reading.sum_us, Duration(302ms).count());
  std::uint64_t all = 0;
  for (const std::uint64_t each : reading.counts) all += each;
  EXPECT_EQ(all, 2U);
}

}  // namespace
}  // namespace spillway::net
