#include "engine/base/duration_histogram.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::int64_t, 2> bounds_us = {1'000, 60'000'000};

TEST(DurationHistogram, CountsUpToAndWithItsBounds) {
  DurationHistogram histogram(bounds_us);
  for (const Duration duration :
       {Duration(0ms), Duration(1ms), Duration(1001us), Duration(1min), Duration(24h)})
    histogram.observe(duration);
  const auto reading = histogram.read();
  ASSERT_EQ(reading.bounds.size(), 2U);
  EXPECT_EQ(reading.counts[0], 2U);
  EXPECT_EQ(reading.counts[1], 2U);
  EXPECT_EQ(reading.counts[2], 1U);
  EXPECT_EQ(reading.sum_us, Duration(24h + 1min + 2'001us).count());
}

TEST(DurationHistogram, ATallyIsWorthItsObservations) {
  DurationHistogram at_once(bounds_us);
  DurationHistogram one_by_one(bounds_us);
  DurationHistogram::Tally tally(at_once);
  for (const Duration duration : {Duration(3us), Duration(1ms), Duration(2s), Duration(25h)}) {
    tally.observe(duration);
    one_by_one.observe(duration);
  }
  at_once.add(tally);
  EXPECT_EQ(at_once.read().counts, one_by_one.read().counts);
  EXPECT_EQ(at_once.read().sum_us, one_by_one.read().sum_us);
}

TEST(DurationHistogram, AClockThatWasSetBackTakesNothingAway) {
  DurationHistogram histogram(bounds_us);
  histogram.observe(-5s);
  DurationHistogram::Tally tally(histogram);
  tally.observe(-1us);
  histogram.add(tally);
  EXPECT_EQ(histogram.read().counts[0], 2U);
  EXPECT_EQ(histogram.read().sum_us, 0);
}

TEST(DurationHistogram, ItsBoundsRiseAndLeaveABucketForTheRest) {
  for (const DurationBounds bounds : {DurationBounds(DurationHistogram::short_bounds_us),
                                      DurationBounds(DurationHistogram::long_bounds_us)}) {
    EXPECT_LT(bounds.size(), DurationHistogram::buckets_max);
    for (std::size_t i = 1; i < bounds.size(); ++i) EXPECT_LT(bounds[i - 1], bounds[i]);
  }
}

}  // namespace
}  // namespace spillway
