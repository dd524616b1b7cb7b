// What follows from what comes in, for each state an order can be in. What comes when, in every
// order, is order_interleavings_test.cpp's.
#include <map>

#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;
using Facts = std::vector<Fact>;
using R = ReversalReason;

LineAnswer answer(std::uint16_t attempt, const char* code) {
  return {Attempt{attempt}, {code}, "A12345"};
}

// As the shard does, at a relay centre of no dialect of its own that recognises repeats.
Facts on_answer(const OrderState& state, const LineAnswer& line) {
  return spillway::on_answer(state, line, judge(line.answer, state.amount, Dialect()), true);
}

const AnsweredLate late{Attempt{1}, "00", "A12345"};

TEST(OrderDecisions, OnAnAnswer) {
  struct Expected {
    Facts usable, unusable;
  };
  const Facts decided_usable = {answered(1, "00")};
  const Facts decided_unusable = {answered(1, "05")};
  const Facts reverse_again = {late, reversal(1, R::late_approval)};
  const Facts cancel_usable = {answered(1, "00"), reversal(1, R::cancel)};
  const Facts cancel_unusable = {answered(1, "05"), Cancelled{}};
  const std::map<std::string, Expected> table = {
      {"received", {{}, {}}},
      {"authorizing, outstanding", {decided_usable, decided_unusable}},
      {"authorizing, a new attempt due", {reverse_again, {}}},
      {"in doubt, repeating", {decided_usable, decided_unusable}},
      {"in doubt, reversing", {{late}, {}}},
      {"approval needed", {reverse_again, {}}},
      {"authorized", {{}, {}}},
      {"authorized by telephone", {reverse_again, {}}},
      {"refused", {reverse_again, {}}},
      {"cancelling, outstanding", {cancel_usable, cancel_unusable}},
      {"cancelling, in doubt", {cancel_usable, cancel_unusable}},
      {"cancelling, reversing", {{late}, {}}},
      {"cancelling, authorized", {{}, {}}},
      {"cancelling, nothing left", {reverse_again, {}}},
      {"cancelled", {reverse_again, {}}},
  };
  for (const auto& [name, state] : every_state()) {
    EXPECT_EQ(on_answer(state, answer(1, "00")), table.at(name).usable) << name;
    EXPECT_EQ(on_answer(state, answer(1, "05")), table.at(name).unusable) << name;
    EXPECT_EQ(on_answer(state, answer(2, "00")), Facts{}) << name << ": never sent";
    EXPECT_EQ(on_answer(state, answer(0, "00")), Facts{}) << name << ": no attempt at all";
  }
}

TEST(OrderDecisions, OnARepeatThatFindsTheIssuerAway) {
  const OrderState first = after({sent(1)});
  const OrderState repeated = after({sent(1), fell_in_doubt(1)});
  for (const char* code : {"91", "96"}) {
    EXPECT_EQ(on_answer(first, answer(1, code)), Facts{answered(1, code)}) << code;
    EXPECT_EQ(on_answer(repeated, answer(1, code)), Facts{reversal(1, R::in_doubt)}) << code;
  }
}

TEST(OrderDecisions, OnALateApprovalOfAnEarlierAttempt) {
  const OrderState state = after({sent(1), answered(1, "91"), sent(2)});
  EXPECT_EQ(on_answer(state, answer(1, "00")), (Facts{late, reversal(1, R::late_approval)}));
  EXPECT_EQ(on_answer(state, answer(1, "05")), Facts{});
  const OrderState reversing = after(state, on_answer(state, answer(1, "00")));
  EXPECT_EQ(on_answer(reversing, answer(1, "00")), Facts{}) << "told twice, reversed once";
  EXPECT_EQ(on_answer(reversing, answer(2, "00")), Facts{answered(2, "00")});
}

TEST(OrderDecisions, OnAnAnswerKeepAnApprovalCodeOnlyOfAnApproval) {
  const OrderState state = after({sent(1)});
  EXPECT_EQ(on_answer(state, answer(1, "01")), (Facts{Answered{Attempt{1}, "01", ""}}));
}

TEST(OrderDecisions, OnDoubt) {
  for (const auto& [name, state] : every_state()) {
    Facts repeated;
    Facts reversed_instead;
    if (name == "authorizing, outstanding") {
      repeated = {fell_in_doubt(1)};
      reversed_instead = {fell_in_doubt(1), reversal(1, R::in_doubt)};
    } else if (name == "cancelling, outstanding") {
      repeated = {fell_in_doubt(1), reversal(1, R::cancel)};
      reversed_instead = repeated;
    }
    const auto reason = DoubtReason::no_answer;
    EXPECT_EQ(on_doubt(state, Attempt{1}, reason, true), repeated) << name;
    EXPECT_EQ(on_doubt(state, Attempt{1}, reason, false), reversed_instead) << name;
    EXPECT_EQ(on_doubt(state, Attempt{2}, reason, false), Facts{}) << name;
  }
  const OrderState second = after({sent(1), answered(1, "91"), sent(2)});
  EXPECT_EQ(on_doubt(second, Attempt{1}, DoubtReason::line_lost, true), Facts{});
}

TEST(OrderDecisions, OnTheAnswerToAReversal) {
  for (const auto& [name, state] : every_state()) {
    Facts expected;
    if (name == "in doubt, reversing") expected = {reversed(1)};
    if (name == "cancelling, reversing") expected = {reversed(1), Cancelled{}};
    EXPECT_EQ(on_reversal_answer(state, Attempt{1}, "00"), expected) << name;
  }
  const OrderState open =
      after({sent(1), answered(1, "91"), Cancelled{}, late, reversal(1, R::late_approval)});
  EXPECT_EQ(on_reversal_answer(open, Attempt{1}, "00"), Facts{reversed(1)});
  EXPECT_EQ(on_reversal_answer(after(open, {reversed(1)}), Attempt{1}, "00"), Facts{});
}

TEST(OrderDecisions, OnACancel) {
  const Facts at_once = {Cancelled{}};
  const Facts ask = {CancelRequested{}};
  const Facts ask_and_reverse = {CancelRequested{}, reversal(1, R::cancel)};
  const std::map<std::string, Facts> table = {
      {"received", at_once},
      {"authorizing, outstanding", ask},
      {"authorizing, a new attempt due", at_once},
      {"in doubt, repeating", ask_and_reverse},
      {"in doubt, reversing", ask},
      {"approval needed", at_once},
      {"authorized", ask_and_reverse},
      {"authorized by telephone", at_once},
      {"cancelling, outstanding", {}},
      {"cancelling, in doubt", {}},
      {"cancelling, reversing", {}},
      {"cancelling, authorized", {}},
      {"cancelling, nothing left", {}},
      {"cancelled", {}},
  };
  for (const auto& [name, state] : every_state()) {
    const auto facts = on_cancel(state);
    if (name == "refused") {
      ASSERT_FALSE(facts);
      EXPECT_EQ(facts.error(), Status::refused);
    } else {
      ASSERT_TRUE(facts) << name;
      EXPECT_EQ(*facts, table.at(name)) << name;
    }
  }
}

TEST(OrderDecisions, OnAnApproval) {
  for (const auto& [name, state] : every_state()) {
    const auto approved = on_approval(state, true, "B54321");
    const auto refused = on_approval(state, false, "");
    if (name == "approval needed") {
      ASSERT_TRUE(approved && refused);
      EXPECT_EQ(*approved, (Facts{ApprovalObtained{"B54321"}}));
      EXPECT_EQ(*refused, (Facts{ApprovalRefused{}}));
    } else {
      ASSERT_FALSE(approved || refused) << name;
      EXPECT_EQ(approved.error(), state.status) << name;
      EXPECT_EQ(refused.error(), state.status) << name;
    }
  }
}

TEST(OrderDecisions, OnTriesThatAreUsedUp) {
  for (const auto& [name, state] : every_state()) {
    Facts expected;
    if (name == "in doubt, repeating" || name == "cancelling, in doubt") {
      expected = {reversal(1, R::in_doubt)};
    } else if (name == "in doubt, reversing" || name == "cancelling, reversing") {
      expected = {DoubtEscalated{Attempt{1}, 9, "96"}};
    }
    EXPECT_EQ(on_tries_used_up(state, Attempt{1}, 9, "96"), expected) << name;
    const OrderState once = after(state, expected);
    if (once.escalated) {
      EXPECT_EQ(on_tries_used_up(once, Attempt{1}, 10, ""), Facts{}) << name;
    }
  }
}

TEST(OrderDecisions, OnAttemptsThatCameToNothingTooOften) {
  for (const auto reason :
       {DoubtReason::no_answer, DoubtReason::unreadable_answer, DoubtReason::no_verdict}) {
    OrderState state = order();
    for (std::uint16_t attempt = 1; attempt <= limits::doubtful_attempts_max; ++attempt) {
      state = after(state, {sent(attempt), FellInDoubt{Attempt{attempt}, reason},
                            reversal(attempt, R::in_doubt)});
      const Facts facts = on_reversal_answer(state, Attempt{attempt}, "00");
      const bool last = attempt == limits::doubtful_attempts_max;
      EXPECT_EQ(facts,
                last ? (Facts{reversed(attempt), AttemptsUsedUp{}}) : Facts{reversed(attempt)});
      state = after(state, facts);
    }
    EXPECT_EQ(state.status, Status::refused);
    EXPECT_EQ(state.notice_due, Notice::refusal);
    EXPECT_TRUE(at_rest(state));
  }
}

TEST(OrderDecisions, OnLinesThatWereLostAsOftenAsTheyLike) {
  OrderState state = order();
  for (std::uint16_t attempt = 1; attempt <= 200; ++attempt) {
    const auto reason = attempt % 2 == 0 ? DoubtReason::line_lost : DoubtReason::restart;
    state = after(state, {sent(attempt), FellInDoubt{Attempt{attempt}, reason},
                          reversal(attempt, R::in_doubt)});
    state = after(state, on_reversal_answer(state, Attempt{attempt}, "00"));
    ASSERT_TRUE(wants_attempt(state)) << attempt;
  }
  // Two doubts of its own between them are not three.
  for (const std::uint16_t attempt : {std::uint16_t{201}, std::uint16_t{202}}) {
    state = after(state, {sent(attempt), fell_in_doubt(attempt), reversal(attempt, R::in_doubt)});
    state = after(state, on_reversal_answer(state, Attempt{attempt}, "00"));
    ASSERT_TRUE(wants_attempt(state)) << attempt;
  }
}

TEST(OrderDecisions, OnANoticeThatIsDone) {
  const OrderState authorized = after({sent(1), answered(1, "00")});
  EXPECT_EQ(on_notice_done(authorized, Notice::thanks, true), Facts{NoticeDelivered{}});
  EXPECT_EQ(on_notice_done(authorized, Notice::thanks, false), Facts{NoticeRefused{}});
  EXPECT_EQ(on_notice_done(authorized, Notice::none, true), Facts{});
  EXPECT_EQ(on_notice_done(after(authorized, {NoticeRefused{}}), Notice::thanks, true), Facts{});

  const OrderState cancelled =
      after(authorized, {CancelRequested{}, reversal(1, R::cancel), reversed(1), Cancelled{}});
  EXPECT_EQ(on_notice_done(cancelled, Notice::thanks, true), Facts{})
      << "thanks that were on their way do not count as the cancellation's mail";
  EXPECT_EQ(on_notice_done(cancelled, Notice::cancellation, true), Facts{NoticeDelivered{}});
}

}  // namespace
}  // namespace spillway
