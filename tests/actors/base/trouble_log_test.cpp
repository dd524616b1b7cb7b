#include "actors/base/trouble_log.hpp"

#include <gtest/gtest.h>

#include "actors/base/log_budget.hpp"
#include "engine/base/limits.hpp"

namespace spillway::actors {
namespace {

using namespace std::chrono_literals;
using Tell = TroubleLog::Tell;

TEST(TroubleLog, TellsOnceThenSeldomAndThatItIsOver) {
  TroubleLog log;
  MonotonicTime now = MonotonicTime{} + 1h;
  EXPECT_EQ(log.look(std::nullopt, now), Tell::nothing);
  EXPECT_EQ(log.look("refused", now), Tell::trouble);
  for (int i = 0; i < 59; ++i) EXPECT_EQ(log.look("refused", now += 1min), Tell::nothing);
  EXPECT_EQ(log.look("refused", now += 1min), Tell::trouble) << "an hour on";
  EXPECT_EQ(log.lasted_seconds(), 3'600);
  EXPECT_EQ(log.look("535 wrong", now + 1s), Tell::nothing) << "not with each change";
  EXPECT_EQ(log.look("535 wrong", now += 1min), Tell::trouble) << "but soon";
  EXPECT_EQ(log.look(std::nullopt, now += 1min), Tell::over);
  EXPECT_EQ(log.lasted_seconds(), 3'720);
  EXPECT_EQ(log.look(std::nullopt, now), Tell::nothing);
  EXPECT_EQ(log.look("535 wrong", now), Tell::trouble) << "it is new";
}

TEST(LogBudget, KeepsBackWhatIsTooMuchAndSaysHowMuchThatWas) {
  LogBudget budget;
  MonotonicTime now = MonotonicTime{} + 1h;
  for (std::uint32_t i = 0; i < limits::trouble_lines_max; ++i) EXPECT_EQ(budget.take(now), 0u);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(budget.take(now + 59s), std::nullopt);
  EXPECT_EQ(budget.take(now + limits::trouble_lines_interval), 50u);
  EXPECT_EQ(budget.take(now + limits::trouble_lines_interval), 0u);
}

}  // namespace
}  // namespace spillway::actors
