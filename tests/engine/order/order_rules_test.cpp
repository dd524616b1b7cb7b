// Every state an order can be in × every fact: which may follow, and what it makes of the order.
#include <map>

#include <gtest/gtest.h>

#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;

// The facts that may follow. Those about an attempt are about the last one (1), but `sent`, which
// is about the next; "late reversal" is the reversal of an approval that came too late.
const std::map<std::string, std::vector<std::string>> may_follow_states = {
    {"received", {"sent", "cancelled", "case_resolved"}},
    {"authorizing, outstanding", {"answered", "fell_in_doubt", "cancel_requested"}},
    {"authorizing, a new attempt due",
     {"sent", "answered_late", "late reversal", "cancelled", "attempts_used_up", "case_resolved"}},
    {"in doubt, repeating",
     {"answered", "reversal_decided", "doubt_escalated", "cancel_requested", "case_resolved"}},
    {"in doubt, reversing",
     {"answered_late", "reversed", "doubt_escalated", "cancel_requested", "case_resolved"}},
    {"approval needed",
     {"answered_late", "late reversal", "approval_obtained", "approval_refused", "cancelled"}},
    {"authorized", {"cancel_requested", "notice_delivered", "notice_refused"}},
    {"authorized by telephone",
     {"answered_late", "late reversal", "cancelled", "notice_delivered", "notice_refused"}},
    {"refused", {"answered_late", "late reversal", "notice_delivered", "notice_refused"}},
    {"cancelling, outstanding", {"answered", "fell_in_doubt"}},
    {"cancelling, in doubt", {"answered", "reversal_decided", "doubt_escalated", "case_resolved"}},
    {"cancelling, reversing", {"answered_late", "reversed", "doubt_escalated", "case_resolved"}},
    {"cancelling, authorized", {"reversal_decided"}},
    {"cancelling, nothing left", {"answered_late", "late reversal", "cancelled"}},
    {"cancelled", {"answered_late", "late reversal", "notice_delivered", "notice_refused"}},
};

std::vector<std::pair<std::string, Fact>> every_fact(const OrderState& state) {
  const std::uint16_t last = std::max<std::uint16_t>(1, state.attempt.value);
  const auto next = static_cast<std::uint16_t>(state.attempt.value + 1);
  const std::vector<Fact> facts = {
      samples::received(),
      sent(next),
      answered(last, "00"),
      fell_in_doubt(last),
      reversal(last, ReversalReason::cancel),
      AnsweredLate{Attempt{last}, "00", "A12345"},
      reversed(last),
      DoubtEscalated{Attempt{last}, 9},
      ApprovalObtained{"B54321"},
      ApprovalRefused{},
      CancelRequested{},
      Cancelled{},
      NoticeDelivered{},
      NoticeRefused{},
      AttemptsUsedUp{},
      OrdersRemoved{},
      CaseResolved{Attempt{state.attempt_state == AttemptState::none ? std::uint16_t{0} : last},
                   CaseOutcome::not_charged, ""}};
  std::vector<std::pair<std::string, Fact>> named;
  for (const Fact& fact : facts) named.emplace_back(fact_name(fact), fact);
  named.emplace_back("late reversal", reversal(last, ReversalReason::late_approval));
  EXPECT_EQ(named.size(), fact_kinds + 1) << "a kind of fact is missing here";
  return named;
}

TEST(OrderRules, SayForEveryStateWhichFactsMayFollow) {
  const auto samples = every_state();
  ASSERT_EQ(samples.size(), may_follow_states.size());
  for (const auto& [name, state] : samples) {
    const auto& allowed = may_follow_states.at(name);
    for (const auto& [fact, value] : every_fact(state)) {
      const bool expected = std::find(allowed.begin(), allowed.end(), fact) != allowed.end();
      EXPECT_EQ(may_follow(state, value).has_value(), expected) << fact << " after " << name;
    }
  }
}

TEST(OrderRules, NameThemselvesWhenAFactMayNotFollow) {
  const auto refused = may_follow(order(), ApprovalObtained{"B54321"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "approval_obtained does not follow received");
}

TEST(OrderRulesDeathTest, StopTheProcessWhenAFactMayNotFollow) {
  OrderState state = order();
  EXPECT_DEATH(take(state, reversed(1)), "reversed does not follow received");
  EXPECT_DEATH(take(state, sent(2)), "sent does not fit the attempt");
}

TEST(OrderRules, HoldAFactToTheAttemptItIsAbout) {
  const OrderState second = after({sent(1), answered(1, "91"), sent(2)});
  EXPECT_TRUE(may_follow(second, answered(2, "00")));
  EXPECT_FALSE(may_follow(second, answered(1, "00")));
  EXPECT_FALSE(may_follow(second, answered(3, "00")));
  EXPECT_FALSE(may_follow(second, fell_in_doubt(1)));
  EXPECT_FALSE(may_follow(second, sent(3)));
  const OrderState due = after({sent(1), answered(1, "91")});
  EXPECT_FALSE(may_follow(due, sent(1)));
  EXPECT_FALSE(may_follow(due, sent(3)));
}

TEST(OrderRules, TakeALateAnswerOnlyWhenItIsAnApproval) {
  const OrderState state = after({sent(1), answered(1, "91")});
  EXPECT_TRUE(may_follow(state, AnsweredLate{Attempt{1}, "00", "A12345"}));
  EXPECT_FALSE(may_follow(state, AnsweredLate{Attempt{1}, "05", ""}));
  EXPECT_FALSE(may_follow(order(), AnsweredLate{Attempt{1}, "00", "A12345"}));
}

TEST(OrderRules, LeadFromAnAnswerToItsStatus) {
  struct Case {
    const char* code;
    Status status;
    Answer answer;
    Notice notice;
    AttemptState attempt_state;
  };
  const Case cases[] = {
      {"00", Status::authorized, Answer::usable, Notice::thanks, AttemptState::authorized},
      {"05", Status::refused, Answer::unusable, Notice::refusal, AttemptState::none},
      {"51", Status::refused, Answer::unusable, Notice::refusal, AttemptState::none},
      {"01", Status::approval_needed, Answer::exceeds_ceiling, Notice::none, AttemptState::none},
      {"02", Status::approval_needed, Answer::exceeds_ceiling, Notice::none, AttemptState::none},
      {"91", Status::authorizing, Answer::none, Notice::none, AttemptState::none},
  };
  for (const Case& c : cases) {
    for (const bool in_doubt : {false, true}) {
      OrderState state = after({sent(1)});
      if (in_doubt) take(state, fell_in_doubt(1));
      take(state, answered(1, c.code));
      EXPECT_EQ(state.status, c.status) << c.code;
      EXPECT_EQ(state.answer, c.answer) << c.code;
      EXPECT_EQ(state.notice_due, c.notice) << c.code;
      EXPECT_EQ(state.attempt_state, c.attempt_state) << c.code;
      EXPECT_EQ(state.approval_code.view(), c.answer == Answer::usable ? "A12345" : "") << c.code;
    }
  }
}

TEST(OrderRules, KeepInHistoryEachChangeOfStatusOnce) {
  const OrderState state = after({sent(1), answered(1, "91"), sent(2), fell_in_doubt(2),
                                  reversal(2, ReversalReason::in_doubt), reversed(2), sent(3),
                                  answered(3, "00"), NoticeDelivered{}});
  const auto at = [](int seconds) { return received_at + std::chrono::seconds(seconds); };
  const std::vector<StatusChange> expected = {{Status::received, at(0)},
                                              {Status::authorizing, at(1)},
                                              {Status::in_doubt, at(4)},
                                              {Status::authorizing, at(6)},
                                              {Status::authorized, at(8)}};
  EXPECT_EQ(state.history, expected);
  EXPECT_EQ(state.last_record, RecordNumber{number.value + 9});
}

TEST(OrderRules, KeepWhatAnyReversalHasToRepeat) {
  const OrderState state =
      after({sent(1), answered(1, "91"), sent(2), answered(2, "96"), sent(3),
             AnsweredLate{Attempt{1}, "00", "A12345"}, reversal(1, ReversalReason::late_approval)});
  const SentAttempt first{Attempt{1}, sent(1).reference, sent(1).stan,
                          received_at + std::chrono::seconds(1), Heard{{}, "00", {}}};
  const SentAttempt second{Attempt{2}, sent(2).reference, sent(2).stan,
                           received_at + std::chrono::seconds(3), Heard{{}, "96", {}}};
  EXPECT_EQ(state.past_attempts, (std::vector<SentAttempt>{first, second}));
  EXPECT_EQ(state.open_reversals, (std::vector<OpenReversal>{first}));
  EXPECT_EQ(state.attempt_reference, sent(3).reference);
  EXPECT_EQ(state.attempt_stan, sent(3).stan);
  EXPECT_EQ(state.attempt_sent_at, received_at + std::chrono::seconds(5));
  EXPECT_EQ(state.attempt_state, AttemptState::outstanding) << "the last attempt is untouched";
}

TEST(OrderRules, ReverseTwoLateApprovalsEachByItself) {
  OrderState state = after({sent(1), answered(1, "91"), sent(2), answered(2, "05")});
  for (const std::uint16_t attempt : {std::uint16_t{2}, std::uint16_t{1}}) {
    take(state, AnsweredLate{Attempt{attempt}, "00", "A12345"});
    take(state, reversal(attempt, ReversalReason::late_approval));
  }
  EXPECT_FALSE(may_follow(state, reversal(1, ReversalReason::late_approval)));
  EXPECT_FALSE(at_rest(state));
  take(state, reversed(2));
  ASSERT_EQ(state.open_reversals.size(), 1U);
  EXPECT_EQ(state.open_reversals[0].attempt, Attempt{1});
  EXPECT_EQ(state.status, Status::refused);
  take(state, reversed(1));
  EXPECT_TRUE(at_rest(state));
  EXPECT_FALSE(may_follow(state, reversed(1)));
}

TEST(OrderRules, StandInThePersonsListUntilNothingIsInDoubt) {
  const DoubtEscalated escalated{Attempt{1}, 9};
  OrderState state = after({sent(1), fell_in_doubt(1), escalated});
  EXPECT_TRUE(state.escalated);
  EXPECT_FALSE(after(state, {answered(1, "05")}).escalated);
  take(state, reversal(1, ReversalReason::in_doubt));
  EXPECT_TRUE(state.escalated);
  EXPECT_FALSE(after(state, {reversed(1)}).escalated);

  state = after({sent(1), answered(1, "05"), AnsweredLate{Attempt{1}, "00", "A12345"},
                 reversal(1, ReversalReason::late_approval), escalated});
  EXPECT_TRUE(state.escalated);
  EXPECT_FALSE(after(state, {reversed(1)}).escalated);
}

TEST(OrderRules, CallForTheMailOfTheNewestOutcome) {
  EXPECT_EQ(after({sent(1), answered(1, "01"), ApprovalRefused{}}).notice_due, Notice::reorder);
  EXPECT_EQ(after({sent(1), answered(1, "01"), ApprovalObtained{"B1"}}).notice_due, Notice::thanks);
  EXPECT_EQ(after({Cancelled{}}).notice_due, Notice::cancellation);
  OrderState state = after({sent(1), answered(1, "00"), CancelRequested{}});
  EXPECT_EQ(state.notice_due, Notice::none) << "no thanks while the cancel is under way";
  state = after(state, {reversal(1, ReversalReason::cancel), reversed(1), Cancelled{}});
  EXPECT_EQ(state.notice_due, Notice::cancellation);
  take(state, NoticeDelivered{});
  EXPECT_EQ(state.notice_due, Notice::none);
  EXPECT_FALSE(may_follow(state, NoticeDelivered{}));
}

TEST(OrderRules, RememberThatABuyerWasNeverTold) {
  OrderState state = after({sent(1), answered(1, "00")});
  EXPECT_FALSE(state.notice_refused);
  take(state, NoticeRefused{});
  EXPECT_TRUE(state.notice_refused);
  EXPECT_EQ(state.notice_due, Notice::none);
  state = after(state, {CancelRequested{}});
  EXPECT_FALSE(state.notice_refused) << "it is about the mail that is due last";
  state = after(state, {reversal(1, ReversalReason::cancel), reversed(1), Cancelled{}});
  take(state, NoticeDelivered{});
  EXPECT_FALSE(state.notice_refused);
}

}  // namespace
}  // namespace spillway
