#include "engine/account/shop_gate.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

MonotonicTime at(std::chrono::nanoseconds time) {
  return MonotonicTime(1'000s + time);
}

int taken(ShopGate& gate, MonotonicTime now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += gate.take(now) ? 0 : 1;
  return count;
}

TEST(ShopGate, LetsEverythingInWithoutARate) {
  ShopGate gate;
  gate.set_limits({});
  EXPECT_FALSE(gate.has_rate());
  EXPECT_EQ(taken(gate, at(0s), 1'000), 1'000);
}

TEST(ShopGate, LetsABurstInAndThenTheRate) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 10, .burst = 5});
  EXPECT_EQ(taken(gate, at(0s), 100), 5);
  EXPECT_EQ(taken(gate, at(99ms), 100), 0);
  EXPECT_EQ(taken(gate, at(100ms), 100), 1);
  EXPECT_EQ(taken(gate, at(1s), 100), 5);  // never more than a burst at once
}

TEST(ShopGate, TakesASecondsWorthForABurstThatIsNotGiven) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 10});
  EXPECT_EQ(taken(gate, at(0s), 100), 10);
}

TEST(ShopGate, SaysHowLongToWait) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 10, .burst = 1});
  EXPECT_FALSE(gate.take(at(0s)));
  const auto wait = gate.take(at(30ms));
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, 70ms);
  EXPECT_FALSE(gate.take(at(30ms) + *wait));
}

TEST(ShopGate, KeepsTheRateOverALongTime) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 50, .burst = 10});
  int count = 0;
  for (int ms = 0; ms < 60'000; ++ms) count += taken(gate, at(std::chrono::milliseconds(ms)), 2);
  EXPECT_EQ(count, 10 + 50 * 60 - 1);
}

TEST(ShopGate, ChangesItsRate) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 1, .burst = 1});
  EXPECT_EQ(taken(gate, at(0s), 10), 1);
  gate.set_limits({});
  EXPECT_EQ(taken(gate, at(0s), 10), 10);
}

TEST(ShopGate, HasAsManyPlacesAsOrdersMayBeOpen) {
  ShopGate gate;
  gate.set_limits({.open_orders = 2});
  EXPECT_FALSE(gate.has_rate());
  EXPECT_TRUE(gate.take_place());
  EXPECT_TRUE(gate.has_place());
  EXPECT_TRUE(gate.take_place());
  EXPECT_FALSE(gate.has_place());
  EXPECT_FALSE(gate.take_place());
  EXPECT_EQ(gate.places_taken(), 2);
  gate.give_place_back();
  EXPECT_TRUE(gate.take_place());
  gate.set_limits({});  // whoever came while there was a limit still gives its place back
  EXPECT_TRUE(gate.has_place());
  EXPECT_TRUE(gate.take_place());
  EXPECT_EQ(gate.places_taken(), 3);
}

TEST(ShopGate, HoldsTheRateExactlyForManyLoops) {
  ShopGate gate;
  gate.set_limits({.orders_per_second = 1, .burst = 1'000});
  std::atomic<int> count{0};
  std::vector<std::thread> loops;
  for (int i = 0; i < 4; ++i) loops.emplace_back([&] { count += taken(gate, at(0s), 1'000); });
  for (std::thread& loop : loops) loop.join();
  EXPECT_EQ(count, 1'000);
}

}  // namespace
}  // namespace spillway
