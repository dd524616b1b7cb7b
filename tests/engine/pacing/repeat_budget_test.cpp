#include "engine/pacing/repeat_budget.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/pacing/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

const MonotonicTime start{1h};

std::size_t spend(RepeatBudget& budget, MonotonicTime now) {
  std::size_t spent = 0;
  for (; budget.room(now) > 0; ++spent) budget.left(now);
  return spent;
}

TEST(RepeatBudget, LetsOneGoAtATimeWhereNothingPays) {
  RepeatBudget budget(1);
  EXPECT_GT(spend(budget, start), 1U) << "it begins with a few";
  MonotonicTime now = start;
  Duration last{};
  for (int i = 0; i < 8; ++i) {
    budget.came_back(now);
    const MonotonicTime next = budget.next_free();
    const auto wait = std::chrono::duration_cast<Duration>(next - now);
    EXPECT_GE(wait, limits::issuer_retry_min);
    EXPECT_LE(wait, limits::issuer_retry_max);
    EXPECT_EQ(budget.room(next - 1ns), 0U);
    EXPECT_EQ(spend(budget, next), 1U);
    last = wait;
    now = next;
  }
  EXPECT_GE(last, limits::issuer_retry_max / 2) << "ever more seldom";
}

TEST(RepeatBudget, GoesOnWhereAnAnswerNeverComes) {
  RepeatBudget budget(1);
  spend(budget, start);
  EXPECT_EQ(budget.room(start + limits::issuer_probe_patience - 1ns), 0U);
  EXPECT_EQ(spend(budget, start + limits::issuer_probe_patience), 1U);
}

TEST(RepeatBudget, IsPaidByOthersAnswersForAPart) {
  RepeatBudget budget(1);
  spend(budget, start);
  for (int i = 0; i < 40; ++i) budget.answered(true);
  EXPECT_EQ(spend(budget, start), 10U);
}

TEST(RepeatBudget, DoublesWhileRepeatsAreAnswered) {
  RepeatBudget budget(1);
  spend(budget, start);
  budget.wake(start);
  std::size_t left = 1'000;
  int turns = 0;
  for (; left > 0; ++turns) {
    const std::size_t sent = std::min(left, spend(budget, start));
    ASSERT_GT(sent, 0U);
    left -= sent;
    for (std::size_t i = 0; i < sent; ++i) budget.answered(false);
  }
  EXPECT_LE(turns, 12);
}

}  // namespace
}  // namespace spillway
