#include "loadtest/base/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "loadtest/base/chance.hpp"

namespace spillway::loadtest {
namespace {

constexpr double shares[] = {0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1};
constexpr double error_max = 0.01;

void expect_near(Nanoseconds found, std::int64_t exact, const std::string& what) {
  const double tolerance = std::max(1.0, static_cast<double>(exact) * error_max);
  EXPECT_NEAR(static_cast<double>(found.count()), static_cast<double>(exact), tolerance) << what;
}

std::int64_t exact_quantile(const std::vector<std::int64_t>& sorted, double share) {
  const double exact = share * static_cast<double>(sorted.size());
  const auto rank = static_cast<std::size_t>(std::ceil(exact - exact * 1e-9));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

struct Distribution {
  const char* name;
  std::int64_t (*value)(Chance&);
};
const Distribution distributions[] = {
    {"even up to a second",
     [](Chance& chance) { return static_cast<std::int64_t>(chance.below(1'000'000'000)); }},
    {"exponential around 3 ms",
     [](Chance& chance) {
       return static_cast<std::int64_t>(-3e6 * std::log1p(-chance.fraction()));
     }},
    {"a long tail from 100 us",
     [](Chance& chance) {
       return static_cast<std::int64_t>(1e5 / std::pow(1 - chance.fraction(), 0.7));
     }},
    {"two humps",
     [](Chance& chance) {
       return static_cast<std::int64_t>(chance.below(100) < 97 ? 200'000 + chance.below(1'000)
                                                               : 900'000'000);
     }},
    {"small numbers", [](Chance& chance) { return static_cast<std::int64_t>(chance.below(300)); }},
    {"always the same", [](Chance&) { return std::int64_t{5'000'000}; }},
};

TEST(Histogram, IsWithinOnePerCentOfAnExactSort) {
  for (const Distribution& distribution : distributions) {
    Histogram histogram;
    std::vector<std::int64_t> values;
    Chance chance(7, 1);
    for (int i = 0; i < 200'000; ++i) {
      values.push_back(distribution.value(chance));
      histogram.add(Nanoseconds(values.back()));
    }
    std::sort(values.begin(), values.end());
    for (const double share : shares) {
      expect_near(histogram.quantile(share), exact_quantile(values, share),
                  std::string(distribution.name) + " at " + std::to_string(share));
    }
    EXPECT_EQ(histogram.min().count(), values.front());
    EXPECT_EQ(histogram.max().count(), values.back());
    EXPECT_EQ(histogram.count(), values.size());
  }
}

TEST(Histogram, HoldsEachValueWithinOnePerCentOfItself) {
  for (std::int64_t value = 1; value < std::int64_t{1} << Histogram::bits_max;
       value += 1 + value / 37) {
    Histogram histogram;
    histogram.add(Nanoseconds(value));
    histogram.add(Nanoseconds(value * 3));  // so that the quantile is the bucket's, not the maximum
    expect_near(histogram.quantile(0.5), value, std::to_string(value));
  }
}

// 0 … n−1 in a stride order: the exact quantiles are known without sorting 10^8 numbers.
TEST(Histogram, CountsAHundredMillionValuesExactly) {
#ifdef SPILLWAY_SANITIZED
  constexpr std::int64_t count = 2'000'000;
#else
  constexpr std::int64_t count = 100'000'000;
#endif
  constexpr std::int64_t stride = 67'867'967;  // a prime that does not divide the count
  Histogram histogram;
  std::int64_t value = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    value = (value + stride) % count;
    histogram.add(Nanoseconds(value));
  }
  EXPECT_EQ(histogram.count(), static_cast<std::uint64_t>(count));
  for (const double share : shares) {
    expect_near(histogram.quantile(share), std::llround(share * static_cast<double>(count)) - 1,
                std::to_string(share));
  }
  EXPECT_EQ(histogram.sum().count(), count / 2 * (count - 1));
}

TEST(Histogram, MergesAsIfOneHadSeenAll) {
  Histogram whole;
  Histogram parts[3];
  Chance chance(3, 9);
  for (int i = 0; i < 30'000; ++i) {
    const Nanoseconds value(static_cast<std::int64_t>(chance.below(50'000'000)));
    whole.add(value);
    parts[i % 3].add(value);
  }
  Histogram merged;
  for (const Histogram& part : parts) merged.merge(part);
  EXPECT_EQ(merged.buckets(), whole.buckets());
  EXPECT_EQ(merged.min(), whole.min());
  EXPECT_EQ(merged.max(), whole.max());
  EXPECT_EQ(merged.mean(), whole.mean());

  Histogram read_back;
  ASSERT_TRUE(read_back.add_buckets(whole.buckets(), whole.min(), whole.max(), whole.sum()));
  EXPECT_EQ(read_back.buckets(), whole.buckets());
  EXPECT_EQ(read_back.quantile(0.99), whole.quantile(0.99));
  EXPECT_EQ(read_back.count(), whole.count());
}

TEST(Histogram, RefusesBucketsThatItDoesNotHave) {
  Histogram histogram;
  EXPECT_FALSE(histogram.add_buckets({{1'000'000, 1}}, Nanoseconds(1), Nanoseconds(1), {}));
  EXPECT_TRUE(histogram.empty());
}

TEST(Histogram, IsZeroWhenEmptyAndAtTheEdges) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5).count(), 0);
  EXPECT_EQ(histogram.min().count(), 0);
  EXPECT_EQ(histogram.mean().count(), 0);
  histogram.add(Nanoseconds(-5));
  EXPECT_EQ(histogram.max().count(), 0);
  histogram.add(std::chrono::hours(20));
  EXPECT_EQ(histogram.max(), std::chrono::hours(20));
  EXPECT_EQ(histogram.quantile(1), std::chrono::hours(20));
}

TEST(Histogram, TellsTheShareBelowATime) {
  Histogram histogram;
  for (int i = 0; i < 1'000; ++i) histogram.add(std::chrono::microseconds(i));
  EXPECT_NEAR(histogram.share_below(std::chrono::microseconds(250)), 0.25, 0.005);
  EXPECT_EQ(histogram.share_below({}), 0);
  EXPECT_EQ(histogram.share_below(std::chrono::seconds(1)), 1);
}

}  // namespace
}  // namespace spillway::loadtest
