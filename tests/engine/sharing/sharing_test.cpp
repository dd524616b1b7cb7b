#include "engine/sharing/sharing.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr Sharing of_mode(SharingMode mode) {
  Sharing sharing;
  sharing.mode = mode;
  return sharing;
}

struct Case {
  const char* what;
  Sharing sharing;
  SharingView view;
  Shares expected;
};

Sharing spill(std::uint64_t waiting_max, Duration wait_max, bool only_excess) {
  return {SharingMode::spill, waiting_max, wait_max, only_excess};
}

TEST(Sharing, SharesByItsTable) {
  const SharingView both{100, true, 50, 150};
  const Case cases[] = {
      {"local keeps all", of_mode(SharingMode::local), both, {100, 0}},
      {"remote gives all away", of_mode(SharingMode::remote), both, {0, 100}},
      {"remote waits for nodes", of_mode(SharingMode::remote), {100, true, 50, 0}, {0, 0}},
      {"spill without a threshold that is passed keeps all", spill(0, {}, true), both, {100, 0}},
      {"spill of what is beyond an amount", spill(30, {}, true), both, {100, 70}},
      {"spill of all once an amount is passed", spill(30, {}, false), both, {100, 100}},
      {"spill of nothing at the amount", spill(100, {}, false), both, {100, 0}},
      {"spill of what would wait too long", spill(0, 1s, true), both, {100, 50}},
      {"spill by whichever comes first", spill(70, 1s, true), both, {100, 50}},
      {"spill where the line's speed is not known", spill(0, 1s, true), {9, true, 0, 5}, {9, 0}},
      {"spill of all when the line is down", spill(1000, 1s, true), {9, false, 50, 5}, {9, 9}},
      {"spill without nodes", spill(1, 1ms, true), {9, true, 50, 0}, {9, 0}},
      {"shared in proportion", of_mode(SharingMode::shared), both, {25, 75}},
      {"shared evenly while nothing is known here",
       of_mode(SharingMode::shared),
       {100, true, 0, 150},
       {50, 50}},
      {"shared while the line is down", of_mode(SharingMode::shared), {9, false, 50, 5}, {0, 9}},
      {"shared without nodes", of_mode(SharingMode::shared), {9, true, 50, 0}, {9, 0}},
      {"nothing to share", of_mode(SharingMode::shared), {0, true, 50, 150}, {0, 0}},
  };
  for (const Case& each : cases)
    EXPECT_EQ(share(each.sharing, each.view), each.expected) << each.what;
}

TEST(Sharing, SpreadsAllOfItInProportion) {
  const double rates[] = {500, 0, 250, 250};
  EXPECT_EQ(spread(100, rates), (std::vector<std::size_t>{50, 0, 25, 25}));
  EXPECT_EQ(spread(1, rates), (std::vector<std::size_t>{1, 0, 0, 0}));
  EXPECT_EQ(spread(0, rates), (std::vector<std::size_t>{0, 0, 0, 0}));
  for (std::size_t count = 0; count < 50; ++count) {
    const auto parts = spread(count, rates);
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), std::size_t{0}), count);
  }
  const double none[] = {0, 0};
  EXPECT_EQ(spread(7, none), (std::vector<std::size_t>{0, 0}));
}

TEST(Sharing, ReadsTheModesItWrites) {
  for (const auto mode :
       {SharingMode::local, SharingMode::remote, SharingMode::spill, SharingMode::shared})
    EXPECT_EQ(sharing_mode_from(to_text(mode)), mode);
  EXPECT_FALSE(sharing_mode_from("other"));
}

TEST(DrainRate, MeasuresOnlyWhileSomethingWaits) {
  DrainRate rate;
  MonotonicTime now{1h};
  rate.left(1, true, now);
  EXPECT_EQ(rate.per_second(), 0);
  for (int i = 0; i < 10; ++i) rate.left(1, true, now += 10ms);
  EXPECT_NEAR(rate.per_second(), 100, 1);
  rate.left(1, false, now += 10ms);
  rate.left(1, true, now += 1h);  // nothing waited meanwhile
  for (int i = 0; i < 10; ++i) rate.left(1, true, now += 10ms);
  EXPECT_NEAR(rate.per_second(), 100, 5);
}

TEST(DrainRate, SeesThatNothingLeavesAnyMore) {
  DrainRate rate;
  MonotonicTime now{1h};
  for (int i = 0; i < 10; ++i) rate.left(1, true, now += 10ms);
  for (int i = 0; i < 40; ++i) rate.left(0, true, now += 500ms);
  EXPECT_LT(rate.per_second(), 1);
}

}  // namespace
}  // namespace spillway
