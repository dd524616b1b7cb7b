#include "engine/pacing/pacer.hpp"

#include <cmath>
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

const MonotonicTime start{1h};

TEST(Pacer, GivesAllThatIsWantedAtOnceWithoutALimit) {
  Pacer pacer(0, start);
  EXPECT_EQ(pacer.permits(100'000, start), 100'000U);
  EXPECT_EQ(pacer.permits(100'000, start), 100'000U);
  EXPECT_EQ(pacer.next_at(start), std::nullopt) << "waiting does not help";
}

TEST(Pacer, GivesOnePermitAnInterval) {
  Pacer pacer(1.0 / 3, start);
  MonotonicTime now = start;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(pacer.permits(50, now), 1U);
    EXPECT_EQ(pacer.permits(50, now), 0U);
    EXPECT_EQ(pacer.next_at(now), now + 3s);
    now += 3s;
  }
}

TEST(Pacer, GivesNothingForTheTimeInWhichNobodyWanted) {
  Pacer pacer(10, start);
  EXPECT_EQ(pacer.permits(1, start), 1U);
  EXPECT_EQ(pacer.permits(9, start + 1h), 1U) << "calm: one at once";
  EXPECT_EQ(pacer.permits(9, start + 1h), 0U);
  EXPECT_EQ(pacer.next_at(start + 1h), start + 1h + 100ms);
}

TEST(Pacer, MakesUpForATimerThatIsLate) {
  Pacer pacer(100, start);
  EXPECT_EQ(pacer.permits(1'000, start), 1U);
  EXPECT_EQ(pacer.permits(1'000, start + 55ms), 5U);
  EXPECT_EQ(pacer.next_at(start + 55ms), start + 60ms);
  EXPECT_EQ(pacer.permits(1'000, start + 10s), 11U) << "no further back than 100 ms";
}

TEST(Pacer, LetsThoseWaitWhoseIntervalIsShorterThanATick) {
  Pacer pacer(5'000, start);
  EXPECT_EQ(pacer.permits(1'000, start), 1U) << "calm: one at once";
  EXPECT_EQ(pacer.next_at(start), start + limits::pace_tick);
  EXPECT_EQ(pacer.permits(1'000, start + limits::pace_tick), 5'000 * limits::pace_tick / 1s);
}

TEST(Pacer, HasNoTickThatIsMoreThanABatch) {
  Pacer pacer(limits::pace_max, start);
  EXPECT_EQ(pacer.permits(limits::authorization_batch, start), 1U);
  const MonotonicTime next = *pacer.next_at(start);
  EXPECT_GT(next, start);
  EXPECT_LT(pacer.permits(10 * limits::authorization_batch, next), limits::authorization_batch);
}

TEST(Pacer, GivesAPermitAgainThatWasNotUsed) {
  Pacer pacer(2, start);
  EXPECT_EQ(pacer.permits(1, start), 1U);
  pacer.give_back(1);
  EXPECT_EQ(pacer.permits(1, start + 1ms), 1U);
  EXPECT_EQ(pacer.permits(1, start + 2ms), 0U);
  pacer.give_back(7);
  EXPECT_EQ(pacer.permits(9, start + 3ms), 1U) << "giving back is no credit beyond one";
}

TEST(Pacer, BeginsWithoutCreditAfterARestart) {
  Pacer slow(0.5, start, false);
  EXPECT_EQ(slow.permits(1, start + 2s - 1ns), 0U);
  EXPECT_EQ(slow.permits(1, start + 2s), 1U);
  Pacer quick(100, start, false);
  EXPECT_EQ(quick.permits(1, start + 1s - 1ns), 0U)
      << "the last process may have sent 100 just now";
  EXPECT_EQ(quick.next_at(start), start + 1s);
  EXPECT_EQ(quick.permits(1, start + 1s), 1U);
}

TEST(Pacer, ChangesItsPaceOnTheRun) {
  Pacer pacer(1, start);
  EXPECT_EQ(pacer.permits(9, start), 1U);
  pacer.set_rate(100, start + 500ms);
  EXPECT_EQ(pacer.per_second(), 100);
  EXPECT_EQ(pacer.permits(9, start + 500ms), 0U) << "a new pace is no new permit";
  EXPECT_EQ(pacer.next_at(start + 500ms), start + 505ms) << "half a permit was missing";
  pacer.set_rate(0, start + 510ms);
  EXPECT_EQ(pacer.permits(50, start + 510ms), 50U);
  pacer.set_rate(10, start + 520ms);
  EXPECT_EQ(pacer.permits(9, start + 600ms), 0U) << "50 were sent within this second";
  EXPECT_EQ(pacer.permits(9, start + 1511ms), 2U) << "with what was missed";
}

TEST(PacerDeathTest, HasNoPaceBelowOneADay) {
  EXPECT_DEATH(Pacer(1e-6, start), "below one a day");
}

// What is asked of it: the most in any second, and what it gives in the long run to somebody who
// always wants more, though every timer is late.
TEST(Pacer, NeverGivesMoreThanItsPaceInAnySecondAndHardlyLessInAll) {
  const struct {
    double per_second;
    std::chrono::nanoseconds late_max;
    double share_min;
  } cases[] = {{1, 100ms, 0.95},   {7, 20ms, 0.97},      {19.5, 20ms, 0.97}, {100, 30ms, 0.97},
               {1'000, 5ms, 0.98}, {1'000, 30ms, 0.96},  {2'500, 5ms, 0.98}, {20'000, 3ms, 0.98},
               {3.3, 50ms, 0.95},  {20'000, 30ms, 0.96}, {1.0 / 3, 1s, 0.8}};
  for (const auto& one : cases) {
    std::mt19937_64 random(7);
    Pacer pacer(one.per_second, start);
    const auto most = static_cast<std::size_t>(std::ceil(one.per_second));
    std::deque<std::pair<MonotonicTime, std::size_t>> sent;  // within the last second
    std::size_t in_second = 0;
    std::size_t total = 0;
    MonotonicTime now = start;
    const auto end = start + 60s;
    while (now < end) {
      now = *pacer.next_at(now) +
            std::chrono::nanoseconds(random() % static_cast<std::uint64_t>(one.late_max.count()));
      const std::size_t permits = pacer.permits(1'000'000, now);
      total += permits;
      in_second += permits;
      sent.emplace_back(now, permits);
      while (sent.front().first <= now - 1s) {
        in_second -= sent.front().second;
        sent.pop_front();
      }
      ASSERT_LE(in_second, most) << one.per_second << " a second";
    }
    const double share = static_cast<double>(total) / (one.per_second * 60);
    EXPECT_GE(share, one.share_min) << one.per_second << " a second";
    EXPECT_LE(share, 1.0 + 1.0 / one.per_second / 60) << one.per_second << " a second";
  }
}

TEST(Pacer, NeverGivesMoreThanItsPaceToSomebodyWhoComesAndGoes) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const auto per_second = 1 + random() % 2'000;
    Pacer pacer(static_cast<double>(per_second), start);
    std::deque<MonotonicTime> sent;  // within the last second
    MonotonicTime now = start;
    std::size_t total = 0;
    for (int i = 0; i < 5'000; ++i) {
      const bool exactly = random() % 2 == 0;
      const auto wait = std::chrono::nanoseconds(random() % (2'000'000'000 / per_second));
      now = exactly ? std::max(now, *pacer.next_at(now)) : now + wait;
      const std::size_t permits = pacer.permits(1 + random() % 5, now);
      total += permits;
      for (std::size_t permit = 0; permit < permits; ++permit) sent.push_back(now);
      while (!sent.empty() && sent.front() <= now - 1s) sent.pop_front();
      ASSERT_LE(sent.size(), per_second) << "seed " << seed;
    }
    EXPECT_GT(total, 2'500U) << "asking when it says so gives a permit";
  }
}

}  // namespace
}  // namespace spillway
