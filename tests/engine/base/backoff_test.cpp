#include "engine/base/backoff.hpp"

#include <set>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, WaitsBetweenHalfAStepAndAStepThatDoubles) {
  struct Row {
    std::uint32_t tries;
    Duration min, max;
    Duration low, high;
  };
  const Row rows[] = {
      {0, 1s, 1h, 0s, 0s},
      {1, 1s, 1h, 1s, 2s},
      {2, 1s, 1h, 2s, 4s},
      {3, 1s, 1h, 4s, 8s},
      {10, 1s, 1h, 512s, 1024s},
      {11, 1s, 1h, 1024s, 2048s},
      {12, 1s, 1h, 1800s, 3600s},
      {13, 1s, 1h, 1800s, 3600s},
      {4'294'967'295, 1s, 1h, 1800s, 3600s},
      {1, 100ms, 30s, 100ms, 200ms},
      {9, 100ms, 30s, 15s, 30s},
      {1, 2s, 3s, 2s, 3s},  // never below min, though half of the step is
      {5, 2s, 2s, 2s, 2s},
      {64, 1us, Duration::max(), Duration::max() / 2, Duration::max()},
  };
  for (const Row& row : rows) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
      const Duration delay = backoff::delay(row.tries, row.min, row.max, seed);
      EXPECT_GE(delay, row.low) << row.tries << " tries, seed " << seed;
      EXPECT_LE(delay, row.high) << row.tries << " tries, seed " << seed;
    }
  }
}

TEST(Backoff, IsTheSameForTheSameSeedInEveryRun) {
  static_assert(backoff::delay(1, 1s, 1h, 42) == backoff::delay(1, 1s, 1h, 42));
  static_assert(backoff::delay(3, 1s, 1h, 42) == 7'137'525us);
}

TEST(Backoff, SpreadsOverItsWholeRangeWhatFailedTogether) {
  std::set<Duration> different;
  int in_tenth[10] = {};
  for (std::uint64_t order = 1; order <= 10'000; ++order) {
    const Duration delay = backoff::delay(4, 1s, 1h, order);  // 8 to 16 s
    different.insert(delay);
    ++in_tenth[std::min<std::int64_t>(9, (delay - 8s) / 800ms)];
  }
  EXPECT_GT(different.size(), 9'900u);
  for (const int count : in_tenth) EXPECT_NEAR(count, 1'000, 150);
}

}  // namespace
}  // namespace spillway
