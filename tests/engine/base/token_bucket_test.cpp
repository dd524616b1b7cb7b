#include "engine/base/token_bucket.hpp"

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

}  // namespace
}  // namespace spillway
