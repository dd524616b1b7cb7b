// What becomes of an order whose answer was no plain yes or no: the issuer holds something else
// than was asked, or nobody can tell what it holds; and of one that a person had to look into.
#include <gtest/gtest.h>

#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;
using Facts = std::vector<Fact>;
using R = ReversalReason;

Facts answer(const OrderState& state, std::uint16_t attempt, const RelayAnswer& said,
             bool repeats = true) {
  return on_answer(state, {Attempt{attempt}, said, "A12345"}, judge(said, state.amount, Dialect()),
                   repeats);
}

const RelayAnswer partial{"10", 2000, 392};

TEST(OrderVerdicts, ReverseWhatIsHeldUnlikeAndThenRefuse) {
  for (const RelayAnswer& said :
       {partial, RelayAnswer{"00", 315'000, 392}, RelayAnswer{"00", {}, 840}, RelayAnswer{"08"},
        RelayAnswer{"11", 3150, 392}}) {
    for (const bool repeated : {false, true}) {
      OrderState state = after({sent(1)});
      if (repeated) take(state, fell_in_doubt(1));
      state = after(state, answer(state, 1, said));
      EXPECT_EQ(state.status, Status::in_doubt) << said.code.view();
      EXPECT_EQ(state.attempt_state, AttemptState::reversing);
      EXPECT_EQ(state.answer, Answer::held_unlike);
      EXPECT_TRUE(state.approval_code.empty());
      EXPECT_EQ(state.notice_due, Notice::none) << "nobody is told before nothing is held";
      EXPECT_EQ(state.attempt_heard.held, named_by(said, state.amount));
      EXPECT_FALSE(wants_attempt(state));
      state = after(state, on_reversal_answer(state, Attempt{1}, "00"));
      EXPECT_EQ(state.status, Status::refused);
      EXPECT_EQ(state.notice_due, Notice::refusal);
      EXPECT_TRUE(at_rest(state));
      EXPECT_TRUE(card_may_go(state));
    }
  }
}

TEST(OrderVerdicts, RecordWhatTheCodeAloneDoesNotSay) {
  const OrderState state = after({sent(1)});
  EXPECT_EQ(answer(state, 1, partial)[0],
            (Fact(Answered{Attempt{1}, "10", "", Answer::held_unlike, Money{2000, {392}}})));
  EXPECT_EQ(answer(state, 1, {"08"})[0],
            (Fact(Answered{Attempt{1}, "08", "", Answer::held_unlike, std::nullopt})));
  EXPECT_EQ(answer(state, 1, {"00", 3150, 392}), Facts{answered(1, "00")}) << "as ever";
  EXPECT_EQ(answer(state, 1, {"51"}), Facts{answered(1, "51")});
  Dialect dialect;
  dialect.set("11", Answer::usable);
  const RelayAnswer vip{"11"};
  const Facts facts =
      on_answer(state, {Attempt{1}, vip, "A12345"}, judge(vip, state.amount, dialect), true);
  EXPECT_EQ(facts, (Facts{Answered{Attempt{1}, "11", "A12345", Answer::usable, std::nullopt}}));
  EXPECT_EQ(after(state, facts).status, Status::authorized);
}

TEST(OrderVerdicts, ReadOldRecordsAsTheyWereMeant) {
  EXPECT_EQ(after({sent(1), Answered{Attempt{1}, "68", ""}}).status, Status::authorizing);
  for (const char* code : {"08", "10", "11", "94"})
    EXPECT_EQ(after({sent(1), Answered{Attempt{1}, code, ""}}).status, Status::refused) << code;
}

TEST(OrderVerdicts, CancelAnOrderWhoseApprovalIsUnlike) {
  const OrderState cancelling = after({sent(1), CancelRequested{}});
  const Facts facts = answer(cancelling, 1, partial);
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[1], Fact(reversal(1, R::cancel)));
  OrderState state = after(cancelling, facts);
  EXPECT_EQ(state.status, Status::cancelling);
  state = after(state, on_reversal_answer(state, Attempt{1}, "00"));
  EXPECT_EQ(state.status, Status::cancelled);

  state = after({sent(1)});
  state = after(state, answer(state, 1, partial));
  const auto asked = on_cancel(state);
  ASSERT_TRUE(asked);
  EXPECT_EQ(*asked, Facts{CancelRequested{}});
  state = after(state, *asked);
  state = after(state, on_reversal_answer(state, Attempt{1}, "00"));
  EXPECT_EQ(state.status, Status::cancelled);
}

TEST(OrderVerdicts, ReverseALateApprovalOfPart) {
  OrderState state = after({sent(1), answered(1, "91"), sent(2), answered(2, "05")});
  const Facts facts = answer(state, 1, partial);
  EXPECT_EQ(facts,
            (Facts{AnsweredLate{Attempt{1}, "10", "", Answer::held_unlike, Money{2000, {392}}},
                   reversal(1, R::late_approval)}));
  state = after(state, facts);
  ASSERT_EQ(state.open_reversals.size(), 1U);
  EXPECT_EQ(state.open_reversals[0].heard.held, (Money{2000, {392}}));
  EXPECT_EQ(answer(state, 1, partial), Facts{}) << "told twice, reversed once";
  state = after(state, {reversed(1)});
  EXPECT_TRUE(at_rest(state));
  EXPECT_EQ(answer(state, 1, {"94"}), Facts{});
}

TEST(OrderVerdicts, FallInDoubtWithoutAVerdict) {
  for (const char* code : {"68", "94", "09", ""}) {
    const OrderState state = after({sent(1)});
    const FellInDoubt doubt{Attempt{1}, DoubtReason::no_verdict, code};
    EXPECT_EQ(answer(state, 1, {code}, true), Facts{doubt}) << code;
    EXPECT_EQ(answer(state, 1, {code}, false), (Facts{doubt, reversal(1, R::in_doubt)})) << code;
    const OrderState cancelling = after({sent(1), CancelRequested{}});
    EXPECT_EQ(answer(cancelling, 1, {code}, true), (Facts{doubt, reversal(1, R::cancel)})) << code;
    const OrderState repeating = after(state, {doubt});
    EXPECT_EQ(repeating.status, Status::in_doubt);
    EXPECT_EQ(answer(after({sent(1), answered(1, "05")}), 1, {code}), Facts{}) << code;
  }
}

TEST(OrderVerdicts, ReverseWhatARepeatGivesNoVerdictOnAtOnce) {
  for (const char* code : {"68", "94", "09", "20", ""})
    for (const DoubtReason reason :
         {DoubtReason::no_answer, DoubtReason::line_lost, DoubtReason::no_verdict}) {
      const OrderState repeating = after({sent(1), FellInDoubt{Attempt{1}, reason}});
      const Facts facts = answer(repeating, 1, {code});
      EXPECT_EQ(facts, Facts{reversal(1, R::in_doubt)}) << code;
      OrderState state = after(repeating, facts);
      EXPECT_EQ(answer(state, 1, {code}), Facts{}) << "told twice, reversed once";
      state = after(state, on_reversal_answer(state, Attempt{1}, "00"));
      EXPECT_TRUE(wants_attempt(state)) << code;
    }
}

// ---- What a person settles ----

OrderState escalated(std::vector<Fact> facts) {
  OrderState state = after(facts);
  take(state, DoubtEscalated{Attempt{1}, 9, "96"});
  return state;
}

TEST(OrderCases, KeepWhyAnOrderStandsBeforeAPerson) {
  const OrderState state = escalated({sent(1), fell_in_doubt(1), reversal(1, R::in_doubt)});
  const Escalation expected{Attempt{1}, 9, "96", received_at + std::chrono::seconds(4)};
  EXPECT_EQ(state.escalated, expected);
}

TEST(OrderCases, AreRefusedOrAuthorizedOnAPersonsWord) {
  const OrderState state = escalated({sent(1), fell_in_doubt(1), reversal(1, R::in_doubt)});
  const auto no = on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, "");
  ASSERT_TRUE(no);
  EXPECT_EQ(*no, (Facts{CaseResolved{Attempt{1}, CaseOutcome::not_charged, ""}}));
  const OrderState refused = after(state, *no);
  EXPECT_EQ(refused.status, Status::refused);
  EXPECT_EQ(refused.notice_due, Notice::refusal);
  EXPECT_TRUE(at_rest(refused));
  EXPECT_FALSE(refused.escalated);

  const auto yes = on_case_resolved(state, Attempt{1}, CaseOutcome::authorized, "C77777");
  ASSERT_TRUE(yes);
  const OrderState authorized = after(state, *yes);
  EXPECT_EQ(authorized.status, Status::authorized);
  EXPECT_EQ(authorized.attempt_state, AttemptState::authorized);
  EXPECT_EQ(authorized.approval_code.view(), "C77777");
  EXPECT_EQ(authorized.answer, Answer::usable);
  EXPECT_EQ(authorized.notice_due, Notice::thanks);
  EXPECT_TRUE(at_rest(authorized));
  EXPECT_EQ(answer(authorized, 1, {"00", 3150, 392}), Facts{}) << "the same charge, told late";
  EXPECT_EQ(on_reversal_answer(authorized, Attempt{1}, "00"), Facts{});
  const auto cancel = on_cancel(authorized);
  ASSERT_TRUE(cancel);
  EXPECT_EQ(*cancel, (Facts{CancelRequested{}, reversal(1, R::cancel)}));
}

TEST(OrderCases, ReverseAnApprovalThatComesAfterAll) {
  OrderState state = escalated({sent(1), fell_in_doubt(1), reversal(1, R::in_doubt)});
  state = after(state, *on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, ""));
  const Facts facts = answer(state, 1, {"00", 3150, 392});
  EXPECT_EQ(facts,
            (Facts{AnsweredLate{Attempt{1}, "00", "A12345"}, reversal(1, R::late_approval)}));
  EXPECT_EQ(after(state, facts).status, Status::refused);
}

TEST(OrderCases, EndACancelOnlyByWhatIsNotCharged) {
  const OrderState state =
      escalated({sent(1), answered(1, "00"), CancelRequested{}, reversal(1, R::cancel)});
  const auto charged = on_case_resolved(state, Attempt{1}, CaseOutcome::authorized, "");
  ASSERT_FALSE(charged);
  EXPECT_NE(charged.error().message.find("cancelling"), std::string::npos);
  const auto not_charged = on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, "");
  ASSERT_TRUE(not_charged);
  const OrderState cancelled = after(state, *not_charged);
  EXPECT_EQ(cancelled.status, Status::cancelled);
  EXPECT_EQ(cancelled.notice_due, Notice::cancellation);
  EXPECT_TRUE(at_rest(cancelled));
}

TEST(OrderCases, LeaveAnOutcomeAsItIs) {
  const AnsweredLate late{Attempt{1}, "00", "A12345"};
  OrderState state = escalated({sent(1), answered(1, "91"), sent(2), answered(2, "00"), late,
                                reversal(1, R::late_approval)});
  EXPECT_FALSE(on_case_resolved(state, Attempt{1}, CaseOutcome::authorized, ""))
      << "its second attempt stands already";
  const auto facts = on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, "");
  ASSERT_TRUE(facts);
  state = after(state, *facts);
  EXPECT_EQ(state.status, Status::authorized);
  EXPECT_EQ(state.attempt_state, AttemptState::authorized);
  EXPECT_TRUE(state.open_reversals.empty());
  EXPECT_FALSE(state.escalated);
}

TEST(OrderCases, LetGoOnWhatIsOnItsWay) {
  const AnsweredLate late{Attempt{1}, "00", "A12345"};
  OrderState state =
      escalated({sent(1), answered(1, "91"), sent(2), late, reversal(1, R::late_approval)});
  EXPECT_FALSE(on_case_resolved(state, Attempt{1}, CaseOutcome::authorized, ""));
  state = after(state, *on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, ""));
  EXPECT_EQ(state.status, Status::authorizing);
  EXPECT_EQ(state.attempt_state, AttemptState::outstanding);
  EXPECT_EQ(after(state, answer(state, 2, {"00"})).status, Status::authorized);
}

// A word about one attempt is no word about another, which fell in doubt meanwhile.
TEST(OrderCases, SettleNoOtherAttemptThanTheirOwn) {
  const AnsweredLate late{Attempt{1}, "00", "A12345"};
  OrderState state = escalated(
      {sent(1), answered(1, "91"), sent(2), late, reversal(1, R::late_approval), fell_in_doubt(2)});
  state = after(state, *on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, ""));
  EXPECT_EQ(state.status, Status::in_doubt);
  EXPECT_EQ(state.attempt_state, AttemptState::in_doubt);
  EXPECT_TRUE(state.open_reversals.empty());
  EXPECT_FALSE(state.escalated);
  take(state, reversal(2, R::in_doubt));
  EXPECT_EQ(on_tries_used_up(state, Attempt{2}, 9, ""), (Facts{DoubtEscalated{Attempt{2}, 9}}));
}

TEST(OrderCases, RefuseAnOrderThatWaitsForNobody) {
  for (const OrderState& waits : {order(), after({sent(1), answered(1, "91")})}) {
    EXPECT_FALSE(on_case_resolved(waits, Attempt{0}, CaseOutcome::authorized, ""));
    const OrderState state =
        after(waits, *on_case_resolved(waits, Attempt{0}, CaseOutcome::not_charged, ""));
    EXPECT_EQ(state.status, Status::refused);
    EXPECT_EQ(state.notice_due, Notice::refusal);
    EXPECT_TRUE(at_rest(state));
  }
}

TEST(OrderCases, SettleWhatWasSentAndTakenUpByNobody) {
  const OrderState sent_once = after({sent(1)});
  for (const CaseOutcome outcome : {CaseOutcome::not_charged, CaseOutcome::authorized}) {
    const auto facts = on_case_resolved(sent_once, Attempt{1}, outcome, "T77777");
    ASSERT_TRUE(facts);
    const OrderState state = after(sent_once, *facts);
    EXPECT_EQ(state.status,
              outcome == CaseOutcome::authorized ? Status::authorized : Status::refused);
    EXPECT_EQ(state.own_doubts, 0);
    EXPECT_TRUE(at_rest(state));
  }
  const OrderState cancelling = after({sent(1), CancelRequested{}});
  EXPECT_FALSE(on_case_resolved(cancelling, Attempt{1}, CaseOutcome::authorized, ""));
  const auto facts = on_case_resolved(cancelling, Attempt{1}, CaseOutcome::not_charged, "");
  ASSERT_TRUE(facts);
  EXPECT_EQ(after(cancelling, *facts).status, Status::cancelled);
}

TEST(OrderCases, AreNoneWhereNothingIsOpen) {
  for (const auto& [name, state] : every_state()) {
    const bool outstanding = name.ends_with(", outstanding");
    const bool open = outstanding || name.starts_with("in doubt") ||
                      name == "cancelling, in doubt" || name == "cancelling, reversing";
    const bool waits = name == "received" || name == "authorizing, a new attempt due";
    EXPECT_EQ(on_case_resolved(state, Attempt{0}, CaseOutcome::not_charged, "").has_value(), waits)
        << name;
    EXPECT_EQ(on_case_resolved(state, Attempt{1}, CaseOutcome::not_charged, "").has_value(), open)
        << name;
    EXPECT_EQ(on_case_resolved(state, Attempt{1}, CaseOutcome::authorized, "").has_value(),
              name.starts_with("in doubt") || name == "authorizing, outstanding")
        << name;
  }
}

}  // namespace
}  // namespace spillway
