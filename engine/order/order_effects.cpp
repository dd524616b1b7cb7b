// What each fact does to an order's state.
#include <algorithm>

#include "engine/base/invariants.hpp"
#include "engine/order/order.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway {

namespace {

void enter(OrderState& state, Status status, Timestamp at) {
  if (state.status == status) return;
  state.status = status;
  state.history.push_back({status, at});
}

SentAttempt last_attempt(const OrderState& state) {
  return {state.attempt, state.attempt_reference, state.attempt_stan, state.attempt_sent_at,
          state.attempt_heard};
}

Heard& heard_of(OrderState& state, Attempt attempt) {
  if (attempt == state.attempt) return state.attempt_heard;
  return state.past_attempts.at(attempt.value - 1U).heard;
}

bool attempt_is_reversed_again(const OrderState& state, Attempt attempt) {
  return std::ranges::find(state.open_reversals, attempt, &OpenReversal::attempt) !=
         state.open_reversals.end();
}

void drop_reversal(OrderState& state, Attempt attempt) {
  std::erase_if(state.open_reversals,
                [&](const OpenReversal& open) { return open.attempt == attempt; });
}

// Whether the last word on the order is that something else is held than was asked.
bool ends_as_refused(const OrderState& state) {
  return state.answer == Answer::held_unlike;
}

void refuse(OrderState& state, Timestamp at) {
  state.notice_due = Notice::refusal;
  enter(state, Status::refused, at);
}

SentAttempt settled_attempt(const OrderState& state, Attempt attempt) {
  if (attempt == state.attempt) return last_attempt(state);
  const SentAttempt& past = state.past_attempts.at(attempt.value - 1U);
  SPILLWAY_CHECK(past.attempt == attempt, "an order's past attempts are not in their order");
  return past;
}

void take(OrderState&, const Received&, Timestamp) {}  // never follows anything
void take(OrderState&, const OrdersRemoved&, Timestamp) {}
void take(OrderState& state, const AnsweredLate& late, Timestamp) {
  Heard& heard = heard_of(state, late.attempt);
  heard.code = late.code;
  heard.held = late.held;
}

void take(OrderState& state, const Sent& sent, Timestamp at) {
  if (state.attempt.value > 0) state.past_attempts.push_back(last_attempt(state));
  SPILLWAY_CHECK(state.past_attempts.size() + 1 == sent.attempt.value,
                 "an order has lost one of its past attempts");
  state.attempt = sent.attempt;
  state.attempt_reference = sent.reference;
  state.attempt_stan = sent.stan;
  state.attempt_sent_at = at;
  state.attempt_heard = {};
  state.attempt_state = AttemptState::outstanding;
  enter(state, Status::authorizing, at);
}

void take(OrderState& state, const Answered& answered, Timestamp at) {
  const Answer answer = verdict_of(answered);
  const bool usable = answer == Answer::usable;
  state.attempt_state = usable                          ? AttemptState::authorized
                        : answer == Answer::held_unlike ? AttemptState::in_doubt
                                                        : AttemptState::none;
  state.attempt_heard.code = answered.code;
  state.attempt_heard.held = answered.held;
  if (answer != Answer::come_back_later) state.answer = answer;
  if (usable) state.approval_code = answered.approval_code;
  if (state.status == Status::cancelling) return;
  switch (answer) {
    case Answer::usable:
      state.notice_due = Notice::thanks;
      return enter(state, Status::authorized, at);
    case Answer::exceeds_ceiling:
      return enter(state, Status::approval_needed, at);
    case Answer::come_back_later:
      return enter(state, Status::authorizing, at);
    case Answer::held_unlike:
      return enter(state, Status::in_doubt, at);  // until that is reversed
    case Answer::unusable:
    case Answer::no_verdict:
    case Answer::none:
      return refuse(state, at);
  }
}

void take(OrderState& state, const FellInDoubt& doubt, Timestamp at) {
  state.attempt_state = AttemptState::in_doubt;
  state.attempt_heard.doubt = doubt.reason;
  state.attempt_heard.code = doubt.code;
  if (is_own(doubt.reason)) ++state.own_doubts;
  if (state.status != Status::cancelling) enter(state, Status::in_doubt, at);
}

void take(OrderState& state, const ReversalDecided& decided, Timestamp) {
  if (decided.reason == ReversalReason::late_approval) {
    state.open_reversals.push_back(settled_attempt(state, decided.attempt));
  } else {
    state.attempt_state = AttemptState::reversing;
  }
}

void take(OrderState& state, const Reversed& reversed, Timestamp at) {
  if (attempt_is_reversed_again(state, reversed.attempt))
    return drop_reversal(state, reversed.attempt);
  state.attempt_state = AttemptState::none;
  if (state.status != Status::in_doubt) return;
  if (ends_as_refused(state)) return refuse(state, at);
  enter(state, Status::authorizing, at);
}

void take(OrderState& state, const DoubtEscalated& escalated, Timestamp at) {
  state.escalated = Escalation{escalated.attempt, escalated.tries, escalated.last_code, at};
}

void take(OrderState& state, const ApprovalObtained& approval, Timestamp at) {
  state.approval_code = approval.approval_code;
  state.notice_due = Notice::thanks;
  enter(state, Status::authorized, at);
}

void take(OrderState& state, const ApprovalRefused&, Timestamp at) {
  state.notice_due = Notice::reorder;
  enter(state, Status::refused, at);
}

void take(OrderState& state, const CancelRequested&, Timestamp at) {
  state.notice_due = Notice::none;
  state.notice_refused = false;
  enter(state, Status::cancelling, at);
}

void take(OrderState& state, const Cancelled&, Timestamp at) {
  state.notice_due = Notice::cancellation;
  state.notice_refused = false;
  enter(state, Status::cancelled, at);
}

void take(OrderState& state, const NoticeDelivered&, Timestamp) {
  state.notice_due = Notice::none;
}

void take(OrderState& state, const NoticeRefused&, Timestamp) {
  state.notice_due = Notice::none;
  state.notice_refused = true;
}

void take(OrderState& state, const AttemptsUsedUp&, Timestamp at) {
  refuse(state, at);
}

void take(OrderState& state, const CaseResolved& resolved, Timestamp at) {
  if (resolved.outcome == CaseOutcome::authorized) {
    state.attempt_state = AttemptState::authorized;
    state.answer = Answer::usable;
    state.approval_code = resolved.approval_code;
    state.notice_due = Notice::thanks;
    return enter(state, Status::authorized, at);
  }
  if (attempt_is_reversed_again(state, resolved.attempt))
    return drop_reversal(state, resolved.attempt);
  if (resolved.attempt.value > 0) state.attempt_state = AttemptState::none;
  if (state.status != Status::cancelling) refuse(state, at);
}

// Whether it is still unknown, or not wanted, what stands at the issuer under the attempt.
bool is_open(const OrderState& state, Attempt attempt) {
  return (attempt == state.attempt && in_question(state)) ||
         attempt_is_reversed_again(state, attempt);
}

}  // namespace

void apply(OrderState& state, const Event& event, RecordNumber record) {
  if (const auto allowed = may_follow(state, event.fact); !allowed) {
    stop_process(allowed.error().message, __FILE__, __LINE__);
  }
  std::visit([&](const auto& fact) { take(state, fact, event.at); }, event.fact);
  if (state.escalated && !is_open(state, state.escalated->attempt)) state.escalated.reset();
  state.last_record = record;
}

}  // namespace spillway
