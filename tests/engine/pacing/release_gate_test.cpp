#include "engine/pacing/release_gate.hpp"

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

const Instant start{MonotonicTime(1h), Timestamp(std::chrono::sys_days(std::chrono::days(20'000)))};

Instant at(Duration passed) {
  return {start.monotonic + passed, start.civil + passed};
}

Pacing batch_of(std::uint64_t amount, Duration age) {
  Pacing pacing;
  pacing.kind = PacingKind::batch;
  pacing.batch = {amount, age};
  return pacing;
}

Pacing window_of(std::chrono::minutes from, std::chrono::minutes to) {
  Pacing pacing;
  pacing.kind = PacingKind::window;
  pacing.window = {from, to, {}};
  return pacing;
}

TEST(ReleaseGate, LetsEverythingGoWhenImmediateOrPaced) {
  for (const PacingKind kind : {PacingKind::immediate, PacingKind::paced}) {
    Pacing pacing;
    pacing.kind = kind;
    pacing.per_second = 1;
    ReleaseGate gate(pacing);
    EXPECT_EQ(gate.allowed(7, start.civil, start), 7U);
    EXPECT_EQ(gate.next_look(start), std::nullopt);
    EXPECT_TRUE(gate.outlook(start).open);
  }
}

TEST(ReleaseGate, LetsABatchGoWhenItsAmountHasGathered) {
  ReleaseGate gate(batch_of(5, 10min));
  EXPECT_EQ(gate.allowed(4, start.civil, start), 0U);
  EXPECT_EQ(gate.allowed(5, start.civil, at(1s)), 5U);
  gate.left(2);
  EXPECT_EQ(gate.allowed(9, start.civil, at(2s)), 3U) << "what came since waits for the next";
  gate.left(3);
  EXPECT_EQ(gate.allowed(4, at(1s).civil, at(3s)), 0U);
  EXPECT_EQ(gate.allowed(6, at(1s).civil, at(4s)), 6U);
}

TEST(ReleaseGate, LetsABatchGoWhenItsOldestIsOldEnough) {
  ReleaseGate gate(batch_of(500, 10min));
  EXPECT_EQ(gate.allowed(1, start.civil, start), 0U);
  EXPECT_EQ(gate.next_look(start), start.monotonic + 10min);
  EXPECT_EQ(gate.outlook(at(1min)).changes_at, start.civil + 10min);
  EXPECT_EQ(gate.allowed(3, start.civil, at(10min - 1us)), 0U);
  EXPECT_EQ(gate.allowed(3, start.civil, at(10min)), 3U);
  EXPECT_EQ(gate.next_look(at(10min)), std::nullopt) << "it goes, as fast as it can";
  gate.left(3);
  EXPECT_EQ(gate.allowed(0, std::nullopt, at(11min)), 0U);
  EXPECT_EQ(gate.allowed(1, at(20min).civil, at(20min)), 0U) << "the next one's age begins anew";
  EXPECT_EQ(gate.next_look(at(20min)), start.monotonic + 30min);
}

TEST(ReleaseGate, CountsTheTimeThatABatchWaitedBeforeARestart) {
  ReleaseGate gate(batch_of(500, 10min));
  EXPECT_EQ(gate.allowed(1, at(-7min).civil, start), 0U);
  EXPECT_EQ(gate.next_look(start), start.monotonic + 3min);
  ReleaseGate late(batch_of(500, 10min));
  EXPECT_EQ(late.allowed(1, at(-3h).civil, start), 1U);
  ReleaseGate clock_was_put_back(batch_of(500, 10min));
  EXPECT_EQ(clock_was_put_back.allowed(1, at(3h).civil, start), 0U);
  EXPECT_EQ(clock_was_put_back.next_look(start), start.monotonic + 10min);
}

TEST(ReleaseGate, LetsAWindowsOrdersGoUntilALittleBeforeItsEnd) {
  ReleaseGate gate(window_of(1h, 2h));
  EXPECT_EQ(gate.allowed(4, start.civil, start), 0U);
  EXPECT_EQ(gate.outlook(start).changes_at, at(1h).civil);
  EXPECT_EQ(gate.next_look(at(59min + 30s)), at(1h).monotonic);
  EXPECT_EQ(gate.next_look(start), at(1min).monotonic) << "people set civil clocks";
  EXPECT_EQ(gate.allowed(4, start.civil, at(1h)), 4U);
  EXPECT_EQ(gate.outlook(at(1h)).changes_at, at(2h - 2s).civil);
  EXPECT_EQ(gate.allowed(4, start.civil, at(2h - 2s - 1us)), 4U);
  EXPECT_EQ(gate.allowed(4, start.civil, at(2h - 2s)), 0U);
  EXPECT_EQ(gate.outlook(at(2h - 1s)).changes_at, at(25h).civil);
  EXPECT_EQ(gate.allowed(4, start.civil, at(25h)), 4U);
}

TEST(ReleaseGate, FollowsAChangeWithWhatItHas) {
  ReleaseGate gate(batch_of(5, 10min));
  EXPECT_EQ(gate.allowed(3, start.civil, start), 0U);
  gate.change(batch_of(3, 10min));
  EXPECT_EQ(gate.allowed(3, start.civil, at(1s)), 3U);
  gate.left(1);
  gate.change(batch_of(50, 10min));
  EXPECT_EQ(gate.allowed(2, start.civil, at(2s)), 2U) << "they were free to go";
  gate.change(Pacing{});
  EXPECT_EQ(gate.allowed(2, start.civil, at(3s)), 2U);
}

TEST(ReleaseGate, LetsNothingGoWhileItIsHeldAndThenGoesOn) {
  for (const Pacing& pacing :
       {Pacing{}, batch_of(5, 10min), window_of(0min, std::chrono::minutes(24h) - 1min)}) {
    ReleaseGate gate(pacing, true);
    EXPECT_EQ(gate.allowed(9, start.civil, at(1h)), 0U);
    EXPECT_EQ(gate.next_look(at(1h)), std::nullopt);
    const GateOutlook outlook = gate.outlook(at(1h));
    EXPECT_FALSE(outlook.open);
    EXPECT_EQ(outlook.changes_at, std::nullopt) << "nobody can tell";
    gate.hold(false);
    EXPECT_EQ(gate.allowed(9, start.civil, at(1h)), 9U);
    gate.hold(true);
    EXPECT_EQ(gate.allowed(9, start.civil, at(1h)), 0U) << "in the middle of a batch, too";
  }
}

}  // namespace
}  // namespace spillway
