// Orders that are cancelled while their queue has them leave it for good.
#include <gtest/gtest.h>

#include "actors/base/log.hpp"
#include "actors/orders/live_orders.hpp"
#include "tests/simulation/scene.hpp"

namespace spillway::simulation {
namespace {

class WithdrawTest : public testing::Test {
 protected:
  WithdrawTest() { actors::set_log_level(actors::LogLevel::error); }

  void expect_nothing_waits(Scene& scene, std::size_t order) {
    EXPECT_TRUE(scene.run_until([&] { return scene.state(order).status == Status::cancelled; }));
    scene.run_for(100ms);
    EXPECT_EQ(scene.system().life().waiting(), 0);
    EXPECT_EQ(scene.metrics().authorization.length.value(), 0);
    scene.run_for(1h);
    EXPECT_EQ(scene.state(order).attempt, Attempt{1});
  }
};

TEST_F(WithdrawTest, TakesOutWhatWasToldToComeBack) {
  Scene scene;
  scene.relay().decides = [](const auto&) { return ResponseCode("91"); };
  const std::size_t order = scene.order();
  ASSERT_TRUE(scene.run_until(
      [&] { return wants_attempt(scene.state(order)) && scene.state(order).attempt.value == 1; }));
  scene.cancel(order);
  expect_nothing_waits(scene, order);
}

// The queue has never had it in this life of the engine when it comes to wait for a new attempt.
TEST_F(WithdrawTest, TakesOutWhatWaitsAnewSinceBeforeTheRestart) {
  Scene scene([](actors::RelaySettings& relay) { relay.pacing.per_second = 0.1; });
  scene.relay().swallows = [](const net::RelayRequest& request) {
    return request.message == net::RelayMessage::authorization;
  };
  const std::size_t order = scene.order();
  ASSERT_TRUE(scene.run_until([&] { return scene.state(order).status == Status::authorizing; }));
  scene.restart();
  ASSERT_TRUE(scene.run_until([&] { return wants_attempt(scene.state(order)); }));
  ASSERT_EQ(scene.state(order).attempt, Attempt{1}) << "it was reversed, and waits";
  scene.cancel(order);
  expect_nothing_waits(scene, order);
}

TEST(LiveOrdersFromQueue, GivesNothingForAnOrderThatIsNotThereAnyMore) {
  World world(1);
  MemoryJournal journal(world);
  MemoryViews views;
  actors::LiveOrders orders(journal, views);
  WaitingOrder waiting;
  waiting.number = {7};
  waiting.shop = {1};
  waiting.attempt = {1};
  EXPECT_EQ(orders.from_queue(waiting, RelayId{1}), nullptr);
  waiting.attempt = {0};
  EXPECT_NE(orders.from_queue(waiting, RelayId{1}), nullptr);
}

}  // namespace
}  // namespace spillway::simulation
