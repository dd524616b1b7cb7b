// An order whose requests are lost with their line, one after the other.
#include <utility>

#include <gtest/gtest.h>

#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order_attempts.hpp"
#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;
using Facts = std::vector<Fact>;
using R = ReversalReason;

// Attempts, each lost with its line and reversed.
std::vector<Fact> lost(std::uint16_t first, std::uint16_t last,
                       DoubtReason reason = DoubtReason::line_lost) {
  std::vector<Fact> facts;
  for (std::uint16_t attempt = first; attempt <= last; ++attempt) {
    facts.insert(facts.end(), {sent(attempt), FellInDoubt{Attempt{attempt}, reason},
                               reversal(attempt, R::in_doubt), reversed(attempt)});
  }
  return facts;
}

TEST(LostAttempts, AreThoseOfTheLastThatNoAnswerCameTo) {
  const auto in_a_row = [](const OrderState& state) {
    const LostAttempts found = lost_in_a_row(state);
    return std::pair(found.first.value, found.count);
  };
  using Row = std::pair<std::uint16_t, int>;
  const Row none{0, 0};
  EXPECT_EQ(in_a_row(order()), none);
  EXPECT_EQ(in_a_row(after({sent(1)})), none);
  const OrderState twice = after(lost(1, 2));
  EXPECT_EQ(in_a_row(twice), (Row{1, 2}));
  EXPECT_EQ(in_a_row(after(twice, {sent(3)})), (Row{1, 2})) << "what is under way says nothing";
  const FellInDoubt line_lost{Attempt{3}, DoubtReason::line_lost};
  EXPECT_EQ(in_a_row(after(twice, {sent(3), line_lost})), (Row{1, 3}));
  EXPECT_EQ(in_a_row(after(twice, {sent(3), fell_in_doubt(3)})), none) << "the line stood";
  const OrderState heard = after(twice, {sent(3), answered(3, "91")});
  EXPECT_EQ(in_a_row(heard), none);
  EXPECT_EQ(in_a_row(after(heard, lost(4, 5, DoubtReason::restart))), (Row{4, 2}));
  EXPECT_EQ(in_a_row(after(twice, {Cancelled{}})), none) << "no more are made";
  EXPECT_EQ(in_a_row(after(twice, {sent(3), answered(3, "00")})), none);
  EXPECT_EQ(in_a_row(after(twice, {sent(3), line_lost, CancelRequested{}})), none);
}

TEST(LostAttempts, BringAnOrderBeforeAPersonWhenTheyAreTooMany) {
  const std::uint16_t enough = limits::lost_attempts_borne;
  EXPECT_FALSE(is_lost_too_often(after(lost(1, enough - 1))));
  const OrderState state = after(lost(1, enough));
  EXPECT_TRUE(is_lost_too_often(state));
  EXPECT_TRUE(stands_before_a_person(state));
  EXPECT_FALSE(state.escalated);
  EXPECT_TRUE(wants_attempt(state)) << "it is tried on";
  EXPECT_TRUE(stands_before_a_person(after(state, {sent(enough + 1)})));
  EXPECT_FALSE(
      stands_before_a_person(after(state, {sent(enough + 1), answered(enough + 1, "91")})));
}

TEST(LostAttempts, EndWithARefusalThatIsToldWhenNoMoreCanBeMade) {
  OrderState state = after(lost(1, limits::attempts_max - 1));
  ASSERT_TRUE(wants_attempt(state));
  const Attempt last{limits::attempts_max};
  state = after(state, {sent(last.value)});
  state = after(state, on_doubt(state, last, DoubtReason::line_lost, true));
  EXPECT_EQ(state.status, Status::in_doubt);
  state = after(state, on_tries_used_up(state, last, 9, ""));
  const Facts facts = on_reversal_answer(state, last, "25");
  EXPECT_EQ(facts, (Facts{Reversed{last, "25"}, AttemptsUsedUp{}}));
  state = after(state, facts);
  EXPECT_EQ(state.status, Status::refused);
  EXPECT_EQ(state.notice_due, Notice::refusal);
  EXPECT_TRUE(at_rest(state));
  EXPECT_TRUE(card_may_go(state));
  EXPECT_FALSE(stands_before_a_person(state));
}

TEST(LostAttempts, LetAPersonEndTheOrderWhileItWaits) {
  const std::uint16_t enough = limits::lost_attempts_borne;
  const OrderState waits = after(lost(1, enough));
  const auto facts = on_case_resolved(waits, Attempt{}, CaseOutcome::not_charged, "");
  ASSERT_TRUE(facts);
  EXPECT_EQ(after(waits, *facts).status, Status::refused);
  const std::uint16_t next = enough + 1;
  for (const OrderState& open :
       {after(waits, {sent(next)}),
        after(waits, {sent(next), FellInDoubt{Attempt{next}, DoubtReason::line_lost}})}) {
    const auto refused = on_case_resolved(open, Attempt{}, CaseOutcome::not_charged, "");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("under way"), std::string::npos);
  }
}

}  // namespace
}  // namespace spillway
