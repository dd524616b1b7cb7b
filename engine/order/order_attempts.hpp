// Where an attempt of an order stands: the one question that both the rules (which fact may follow)
// and the decisions (which fact follows) ask.
#pragma once

#include <cstdint>

#include "engine/order/limits.hpp"
#include "engine/order/order.hpp"

namespace spillway {

// Powers of two, so that a rule can name several.
enum class Place : std::uint8_t {
  next = 1,           // not sent yet; the one to be sent, and nothing stands in its way
  outstanding = 2,    // the last, sent, no answer yet
  in_doubt = 4,       // the last, to be settled by a repeat
  reversing = 8,      // the last, to be settled by a reversal
  authorized = 16,    // the last, an authorization stands at the issuer
  settled = 32,       // sent at some time, left no charge as far as anybody knows
  open_reversal = 64  // was settled, then approved after all, and is reversed once more
};

// 0 for an attempt that was never sent and is not the next.
std::uint8_t place_of(const OrderState& state, Attempt attempt);

inline bool stands(std::uint8_t place, Place at) {
  return place == static_cast<std::uint8_t>(at);
}

// What a recorded answer means.
template <class Answered>
Answer verdict_of(const Answered& fact) {
  return fact.verdict.value_or(answer_of(fact.code));
}

// Something stands at the issuer after such an answer.
inline bool is_charge(Answer verdict) {
  return verdict == Answer::usable || verdict == Answer::held_unlike;
}

// The last attempt may or may not stand at the issuer, and is being settled.
inline bool in_question(const OrderState& state) {
  return state.attempt_state == AttemptState::in_doubt ||
         state.attempt_state == AttemptState::reversing;
}

// The attempt that a person would have to ask about; 0: none was sent, or all are settled.
Attempt attempt_in_question(const OrderState& state);

// The last attempts of an order that is to be authorized, as far as each of them was lost with its
// line or with a process: no answer to it ever came. What is under way right now does not count.
struct LostAttempts {
  Attempt first;
  int count = 0;
};
LostAttempts lost_in_a_row(const OrderState& state);

// As many as limits::lost_attempts_borne: it is tried on, and a person is told.
bool is_lost_too_often(const OrderState& state);

inline bool stands_before_a_person(const OrderState& state) {
  return state.escalated || is_lost_too_often(state);
}

// Whether a person's word of this outcome could settle anything about the attempt; 0: about an
// order that waits.
bool may_be_resolved(const OrderState& state, Attempt attempt, CaseOutcome outcome);

}  // namespace spillway
