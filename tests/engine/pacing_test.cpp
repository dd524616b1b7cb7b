#include "engine/pacing.hpp"

#include <deque>
#include <random>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

const MonotonicTime start{1h};

TEST(TokenBucket, StartsFullAndFillsAtItsRate) {
  TokenBucket bucket(10, 3, start);
  EXPECT_EQ(bucket.take(5, start), 3U);
  EXPECT_EQ(bucket.take(1, start), 0U);
  EXPECT_EQ(bucket.next_at(start), start + 100ms);
  EXPECT_EQ(bucket.take(1, start + 100ms - 1ns), 0U);
  EXPECT_EQ(bucket.take(5, start + 100ms), 1U);
  EXPECT_EQ(bucket.take(5, start + 10s), 3U) << "it holds no more than its burst";
}

TEST(TokenBucket, TakesBackWhatWasNotUsed) {
  TokenBucket bucket(10, 3, start);
  EXPECT_EQ(bucket.take(3, start), 3U);
  bucket.give_back(2);
  EXPECT_EQ(bucket.next_at(start), start);
  EXPECT_EQ(bucket.take(3, start), 2U);
  bucket.give_back(2);
  EXPECT_EQ(bucket.take(9, start + 1h), 3U) << "giving back fills it no further";
}

TEST(TokenBucket, DoesNotDriftOverYears) {
  for (const double per_second : {1.0, 7.0, 1e5, 1.0 / 3}) {
    TokenBucket bucket(per_second, 1, start);
    const auto year = std::chrono::hours(24 * 365);
    MonotonicTime now = start;
    for (int i = 0; i < 1'000; ++i) {
      now += year / 100;
      EXPECT_EQ(bucket.take(9, now), 1U);
      const MonotonicTime next = bucket.next_at(now);
      EXPECT_EQ(bucket.take(1, next - 1ns), 0U);
      EXPECT_EQ(bucket.take(1, next), 1U);
      EXPECT_NEAR(std::chrono::duration<double>(next - now).count(), 1 / per_second, 2e-9);
    }
  }
}

TEST(TokenBucket, CarriesWhatWasTakenOverToANewRate) {
  TokenBucket bucket(1, 1, start);
  EXPECT_EQ(bucket.take(1, start), 1U);
  bucket.set_rate(10, 1, start + 500ms);  // half a token is missing
  EXPECT_EQ(bucket.per_second(), 10);
  EXPECT_EQ(bucket.next_at(start + 500ms), start + 550ms);
  bucket.set_rate(0.5, 1, start + 550ms);
  EXPECT_EQ(bucket.take(1, start + 550ms), 1U);
  EXPECT_EQ(bucket.next_at(start + 551ms), start + 2550ms);
}

TEST(TokenBucketDeathTest, HasARate) {
  EXPECT_DEATH(TokenBucket(0, 1, start), "not above zero");
  EXPECT_DEATH(TokenBucket(1, 0, start), "below one");
}

TEST(Pacer, GivesAllThatIsWantedAtOnceWhenImmediate) {
  Pacer pacer(Pacing{}, start);
  EXPECT_EQ(pacer.permits(100'000, start), 100'000U);
  EXPECT_EQ(pacer.permits(100'000, start), 100'000U);
  EXPECT_EQ(pacer.next_at(start), std::nullopt) << "waiting does not help";
}

TEST(Pacer, GivesOnePermitAnInterval) {
  Pacer pacer(Pacing{PacingKind::paced, 1.0 / 3}, start);
  MonotonicTime now = start;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(pacer.permits(50, now), 1U);
    EXPECT_EQ(pacer.permits(50, now), 0U);
    EXPECT_EQ(pacer.next_at(now), now + 3s);
    now += 3s;
  }
}

TEST(Pacer, GivesAPermitAgainThatWasNotUsed) {
  Pacer pacer(Pacing{PacingKind::paced, 2}, start);
  EXPECT_EQ(pacer.permits(1, start), 1U);
  pacer.give_back(1);
  EXPECT_EQ(pacer.permits(1, start + 1ms), 1U);
  EXPECT_EQ(pacer.permits(1, start + 2ms), 0U);
}

TEST(Pacer, ChangesItsPaceOnTheRun) {
  Pacer pacer(Pacing{PacingKind::paced, 1}, start);
  EXPECT_EQ(pacer.permits(9, start), 1U);
  pacer.change(Pacing{PacingKind::paced, 100}, start);
  EXPECT_EQ(pacer.permits(9, start), 0U) << "a new pace is no new permit";
  EXPECT_EQ(pacer.next_at(start), start + 10ms);
  pacer.change(Pacing{}, start);
  EXPECT_EQ(pacer.permits(9, start), 9U);
  EXPECT_EQ(pacer.pacing(), Pacing{});
}

TEST(Pacer, NeverGivesMoreThanItsPaceInAnySecond) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const auto per_second = 1 + random() % 2'000;
    Pacer pacer(Pacing{PacingKind::paced, static_cast<double>(per_second)}, start);
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
