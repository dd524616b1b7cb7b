#include "actors/orders/shard_effects.hpp"

#include <algorithm>

#include "engine/base/backoff.hpp"
#include "engine/order/order_attempts.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {
namespace {

bool is_open(AttemptState state) {
  return state == AttemptState::in_doubt || state == AttemptState::reversing;
}

Doubt doubt_of(const OrderState& state, const SentAttempt& sent, bool reverse) {
  return {state.number, sent.attempt, reverse,    sent.reference, sent.stan,
          sent.sent_at, state.amount, state.shop, sent.heard.held};
}

SentAttempt last_attempt(const OrderState& state) {
  return {state.attempt, state.attempt_reference, state.attempt_stan, state.attempt_sent_at,
          state.attempt_heard};
}

bool has_open(const OrderState& state, Attempt attempt) {
  return std::ranges::find(state.open_reversals, attempt, &OpenReversal::attempt) !=
         state.open_reversals.end();
}

void add_doubts(const OrderState& before, const OrderState& after, RelayEffects& relay) {
  const bool same_attempt = before.attempt == after.attempt;
  if (is_open(after.attempt_state) &&
      !(same_attempt && before.attempt_state == after.attempt_state))
    relay.doubts.push_back(
        doubt_of(after, last_attempt(after), after.attempt_state == AttemptState::reversing));
  else if (is_open(before.attempt_state) && !is_open(after.attempt_state))
    relay.settled.push_back({before.number, before.attempt});
  for (const OpenReversal& open : after.open_reversals)
    if (!has_open(before, open.attempt)) relay.doubts.push_back(doubt_of(after, open, true));
  for (const OpenReversal& open : before.open_reversals)
    if (!has_open(after, open.attempt)) relay.settled.push_back({before.number, open.attempt});
}

void add_notice(const OrderState& before, const OrderState& after, ShardEffects& effects) {
  if (before.notice_due == after.notice_due) return;
  // One that is gone without a new one in its place was delivered, unless a cancel took it back.
  if (after.notice_due == Notice::none && after.status != Status::cancelling) return;
  effects.notices.push_back({after.number, after.notice_due, before.notice_due != Notice::none,
                             after.history.back().at, after.shop});
}

void add_case(const OrderState& before, const OrderState& after, CasesChanged& cases) {
  if (stands_before_a_person(after))
    cases.opened.push_back(open_case(after));
  else if (stands_before_a_person(before))
    cases.closed.push_back(after.number);
}

}  // namespace

OpenCase open_case(const OrderState& state) {
  if (state.escalated) return {CaseKind::unsettled, state.escalated->attempt, state};
  return {CaseKind::lost, Attempt{}, state};
}

bool left_queue(const OrderState& before, const OrderState& after) {
  return wants_attempt(before) && !wants_attempt(after) && before.attempt == after.attempt;
}

bool issuer_answered(AttemptState before, Attempt answered, const OrderState& after) {
  const auto waits = [](AttemptState of) {
    return of == AttemptState::outstanding || of == AttemptState::in_doubt;
  };
  return answered == after.attempt && waits(before) && !waits(after.attempt_state) &&
         !wants_attempt(after);
}

std::vector<Doubt> open_doubts(const OrderState& state) {
  std::vector<Doubt> doubts;
  if (is_open(state.attempt_state))
    doubts.push_back(
        doubt_of(state, last_attempt(state), state.attempt_state == AttemptState::reversing));
  for (const OpenReversal& open : state.open_reversals)
    doubts.push_back(doubt_of(state, open, true));
  return doubts;
}

void add_effects(const OrderState& before, const OrderState& after, Issuer issuer,
                 ShardEffects& effects) {
  RelayEffects& relay = effects.relays[after.relay];
  add_doubts(before, after, relay);
  add_notice(before, after, effects);
  add_case(before, after, effects.cases);
  if (wants_attempt(after) && after.attempt.value > 0 && !wants_attempt(before)) {
    // Undone by a reversal, or told to come back. Those are many at a time, and their queue sees to
    // it that they do not come back all at once.
    const bool told = before.attempt_state != AttemptState::reversing;
    const Duration delay = backoff::delay(
        after.attempt.value, limits::attempt_retry_min,
        told ? limits::issuer_retry_max : limits::attempt_retry_max, after.number.value);
    relay.later.push_back(
        {{after.number, after.amount.minor_units, issuer, after.history.front().at, after.shop,
          after.amount.currency, after.attempt, after.timing},
         delay,
         told});
  }
  if (left_queue(before, after)) relay.withdrawals.push_back({after.number, after.attempt});
}

}  // namespace spillway::actors
