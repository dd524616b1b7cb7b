#include "engine/account/login_throttle.hpp"

#include <gtest/gtest.h>

#include "engine/account/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

class Throttle : public testing::Test {
 protected:
  bool may(const std::string& account, const std::string& address) {
    return !throttle_.attempt(account, address, now_);
  }
  // Tries as fast as it is let, for `time`; how many attempts were made.
  int attack(const std::string& account, const std::string& address, Duration time) {
    const MonotonicTime end = now_ + time;
    int made = 0;
    while (now_ < end) {
      if (const auto wait = throttle_.attempt(account, address, now_))
        now_ += *wait;
      else
        ++made;
    }
    return made;
  }

  LoginThrottle throttle_;
  MonotonicTime now_ = MonotonicTime(1'000'000s);
};

TEST_F(Throttle, AFewFailuresAreFree) {
  for (std::uint32_t i = 0; i < limits::login_failures_free; ++i) EXPECT_TRUE(may("M-1", "a"));
  EXPECT_FALSE(may("M-1", "a"));
}

TEST_F(Throttle, EachFurtherFailureDoublesTheWait) {
  for (std::uint32_t i = 0; i < limits::login_failures_free; ++i) ASSERT_TRUE(may("M-1", "a"));
  for (const auto expected : {1s, 2s, 4s, 8s}) {
    EXPECT_EQ(throttle_.attempt("M-1", "a", now_), Duration(expected));
    now_ += expected;
    EXPECT_TRUE(may("M-1", "a"));
  }
}

TEST_F(Throttle, ASuccessForgetsTheFailures) {
  for (std::uint32_t i = 0; i < limits::login_failures_free; ++i) ASSERT_TRUE(may("M-1", "a"));
  now_ += 1s;
  ASSERT_TRUE(may("M-1", "a"));
  throttle_.succeeded("M-1", "a", now_);
  for (std::uint32_t i = 0; i < limits::login_failures_free; ++i) EXPECT_TRUE(may("M-1", "a"));
}

TEST_F(Throttle, AWithdrawnAttemptCountsForNothing) {
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(may("M-1", "a"));
    throttle_.withdraw("M-1", "a", now_);
  }
}

TEST_F(Throttle, LogsInAsOftenAsTheOwnerLikes) {
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(may("M-1", "home"));
    throttle_.succeeded("M-1", "home", now_);
  }
}

TEST_F(Throttle, OneAddressGetsNowhereAtOneAccount) {
  EXPECT_LT(attack("M-1", "bot", 24h), 150) << "guesses in a day";
}

TEST_F(Throttle, OneAddressGetsNowhereAtManyAccounts) {
  const MonotonicTime end = now_ + 1h;
  int made = 0;
  for (int account = 0; now_ < end; ++account) {
    if (const auto wait = throttle_.attempt("M-" + std::to_string(account), "bot", now_))
      now_ += *wait;
    else
      ++made;
  }
  EXPECT_LE(made, 20 + 120) << "its burst, and one in 30 s";
}

TEST_F(Throttle, ACrowdOfAddressesGetsNowhereAtOneAccount) {
  const MonotonicTime end = now_ + 1h;
  int made = 0;
  for (int address = 0; now_ < end; ++address) {
    if (const auto wait = throttle_.attempt("M-1", "bot " + std::to_string(address), now_))
      now_ += *wait;
    else
      ++made;
  }
  EXPECT_LE(made, 10 + 120) << "the burst, and one in 30 s";
}

TEST_F(Throttle, ACrowdDoesNotLockTheOwnerOut) {
  ASSERT_TRUE(may("M-1", "home"));
  throttle_.succeeded("M-1", "home", now_);
  now_ += 24h;
  for (int address = 0; address < 10'000; ++address) may("M-1", "bot " + std::to_string(address));
  EXPECT_FALSE(may("M-1", "one more bot"));
  EXPECT_TRUE(may("M-1", "home"));
}

TEST_F(Throttle, AStrangersFailuresAtOneAccountLeaveOtherAccountsAlone) {
  for (int address = 0; address < 100; ++address) may("M-1", "bot " + std::to_string(address));
  EXPECT_TRUE(may("M-2", "home"));
}

TEST_F(Throttle, AnAddressIsAStrangerAgainAfterAWhile) {
  ASSERT_TRUE(may("M-1", "home"));
  throttle_.succeeded("M-1", "home", now_);
  now_ += limits::login_address_known + 1s;
  for (int address = 0; address < 100; ++address) may("M-1", "bot " + std::to_string(address));
  EXPECT_FALSE(may("M-1", "home"));
}

TEST_F(Throttle, AttemptsAtTheSameTimeAreAllCounted) {
  int made = 0;
  for (int i = 0; i < 100; ++i) made += may("M-1", "a") ? 1 : 0;
  EXPECT_EQ(made, limits::login_failures_free);
}

TEST(RecentTable, ForgetsWhatWasNotTouchedForLongest) {
  RecentTable<int, int> table(2);
  table.touch(1) = 10;
  table.touch(2) = 20;
  table.touch(1);
  table.touch(3) = 30;
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.touch(1), 10);
  EXPECT_EQ(table.touch(2), 0);
  EXPECT_EQ(table.touch(3), 0) << "2 was put in its place";
}

}  // namespace
}  // namespace spillway
