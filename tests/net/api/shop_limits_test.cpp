// What a shop may: its rate before anything is read, its guests' limit, and keys that come and go.
#include <future>

#include <gmock/gmock.h>

#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* guest_order = R"({"reference": "A-1",
  "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
  "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": 3150}],
  "amount": 3150, "currency": "JPY",
  "card": {"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"}})";

class ShopLimitsTest : public OrderApiTest {
 protected:
  ShopLimitsTest() { backend_.answer_with(answers::Accepted{{7}, {}, false}); }

  // Every loop goes by it when this returns.
  void publish(const std::vector<ShopKey>& keys, std::vector<Money> guest_limits = {}) {
    auto shops = std::make_shared<ShopDirectory>();
    auto made = ApiKeys::from(keys);
    ASSERT_TRUE(made);
    shops->keys = std::move(*made);
    shops->shops[first_shop] = {&gate_, std::move(guest_limits)};
    std::promise<void> taken;
    api_.set_shops(shops, [&] { taken.set_value(); });
    ASSERT_EQ(taken.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
  void publish(std::vector<Money> guest_limits = {}) {
    publish({{first_shop, hash_api_key(first_shop_key)}}, std::move(guest_limits));
  }

  ShopGate gate_;
};

TEST_F(ShopLimitsTest, TellAFloodingShopToWaitBeforeItsOrderIsRead) {
  gate_.set_limits({.orders_per_second = 1, .burst = 2});
  publish();
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 202);
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 202);
  const HttpReply reply = ask(request("POST", "/v1/orders", "no order at all"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_THAT(reply.body, HasSubstr("/problems/rate-limited"));
  EXPECT_EQ(backend_.asked().size(), 2U);
  EXPECT_EQ(ask(request("GET", "/v1/orders?limit=0")).status, 400);  // inquiries have no rate
}

TEST_F(ShopLimitsTest, AreAskedAfterTheIdempotencyKey) {
  gate_.set_limits({.orders_per_second = 1, .burst = 1});
  publish();
  const std::string key = "Idempotency-Key: k\r\n";
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order, key)).status, 202);
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order, key)).status, 202);
  gate_.set_limits({});
  publish({{1, *Currency::from_code("JPY")}});
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order, key)).status, 202);
  const auto asked = backend_.asked();
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0].what, "accept");
  EXPECT_EQ(asked[1].what + " " + asked[1].detail, "refuse 429");
  EXPECT_EQ(asked[2].what + " " + asked[2].detail, "refuse /amount");
}

TEST_F(ShopLimitsTest, TellAShopThatHasAsManyOpenOrdersAsItMay) {
  gate_.set_limits({.open_orders = 1});
  publish();
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 202);
  ASSERT_TRUE(gate_.take_place());
  const HttpReply reply = ask(request("POST", "/v1/orders", "no order at all"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_THAT(reply.body, HasSubstr("/problems/too-many-open-orders"));
  EXPECT_EQ(backend_.asked().size(), 1U);
  EXPECT_EQ(backend_.no_places, 1);
  // What may be a repeat is for the backend to decide.
  backend_.answer_with(answers::NoPlace{});
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order, "Idempotency-Key: again\r\n")).status,
            429);
  EXPECT_EQ(backend_.asked().size(), 2U);
  EXPECT_EQ(backend_.no_places, 1) << "the backend counts what it refuses itself";
}

TEST_F(ShopLimitsTest, LetAFullSystemTurnAwayUnreadWhatRepeatsNothing) {
  gate_.set_limits({.orders_per_second = 1, .burst = 2});
  publish();
  backend_.be_full();
  const HttpReply reply = ask(request("POST", "/v1/orders", "no order at all"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_THAT(backend_.asked(), IsEmpty());
  backend_.answer_with(answers::Accepted{{1}, {}, true});
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order, "Idempotency-Key: again\r\n")).status,
            202);
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 429) << "its rate comes first";
}

TEST_F(ShopLimitsTest, HoldAGuestToWhatHeMayOrderFor) {
  struct Case {
    std::vector<Money> limits;
    int status;
    const char* pointer;
  };
  const Case cases[] = {{{}, 202, ""},
                        {{{3'150, {392}}}, 202, ""},
                        {{{3'149, {392}}}, 422, R"("pointer":"/amount")"},
                        {{{1, {840}}, {3'150, {392}}}, 202, ""},
                        {{{99'999, {840}}}, 422, R"("pointer":"/currency")"}};
  for (const Case& each : cases) {
    publish(each.limits);
    const HttpReply reply = ask(request("POST", "/v1/orders", guest_order));
    EXPECT_EQ(reply.status, each.status) << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(each.pointer));
  }
}

TEST_F(ShopLimitsTest, RefuseARevokedKeyOnEveryLoopFromThenOn) {
  publish();
  EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 202);
  publish(std::vector<ShopKey>{{first_shop, hash_api_key(second_shop_key)}});
  for (int i = 0; i < 16; ++i)  // each connection is on some loop
    EXPECT_EQ(ask(request("POST", "/v1/orders", guest_order)).status, 401);
}

}  // namespace
}  // namespace spillway::net
