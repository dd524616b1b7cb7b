#include "engine/base/seldom.hpp"

#include <string>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

MonotonicTime at(Duration time) {
  return MonotonicTime(time);
}

TEST(Seldom, TellsTheFirstAtOnceAndThenOneAPauseWithTheirCount) {
  Seldom seldom(1h);
  EXPECT_EQ(seldom.happened("away", at(0s)), 1U);
  for (int i = 1; i <= 9; ++i) EXPECT_EQ(seldom.happened("away", at(i * 1min)), std::nullopt);
  EXPECT_EQ(seldom.happened("away", at(59min + 59s), 5), std::nullopt);
  EXPECT_EQ(seldom.happened("away", at(1h)), 15U);
  EXPECT_EQ(seldom.happened("away", at(1h + 1s)), std::nullopt);
  EXPECT_EQ(seldom.happened("away", at(2h)), 2U);
}

TEST(Seldom, TellsAnotherKindAtOnce) {
  Seldom seldom(1h);
  EXPECT_EQ(seldom.happened("away", at(0s)), 1U);
  EXPECT_EQ(seldom.happened("refused", at(1s), 3), 3U);
  EXPECT_EQ(seldom.happened("away", at(2s)), std::nullopt);
  EXPECT_EQ(seldom.happened("refused", at(2s)), std::nullopt);
}

TEST(Seldom, TellsAtOnceWhatComesAgainAfterItWasOver) {
  Seldom seldom(1h);
  EXPECT_EQ(seldom.happened("away", at(0s)), 1U);
  EXPECT_EQ(seldom.happened("away", at(1s)), std::nullopt);
  seldom.forget();
  EXPECT_EQ(seldom.happened("away", at(2s)), 1U);
}

TEST(Seldom, IsNotFloodedByEverNewKinds) {
  Seldom seldom(1h);
  std::size_t told = 0;
  std::uint64_t counted = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (const auto count = seldom.happened("kind " + std::to_string(i), at(0s))) {
      ++told;
      counted += *count;
    }
  }
  EXPECT_LE(told, Seldom::kinds_max + 1);
  EXPECT_EQ(seldom.happened("kind 10000", at(1h)), 1U) << "those of an hour ago are forgotten";
  EXPECT_LT(counted, 100U);
}

}  // namespace
}  // namespace spillway
