// What an order's state says: its words, and the questions that are asked of it.
#include <algorithm>
#include <array>

#include "engine/base/invariants.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway {

namespace {

constexpr std::array<std::string_view, status_count> status_texts = {
    "",           "received", "authorizing", "in_doubt", "approval_needed",
    "authorized", "refused",  "cancelling",  "cancelled"};

constexpr std::array<std::string_view, 5> notice_texts = {"none", "thanks", "refusal", "reorder",
                                                          "cancellation"};

constexpr std::array<std::string_view, fact_kinds> fact_names = {
    "received",         "sent",         "answered",         "fell_in_doubt",     "reversal_decided",
    "answered_late",    "reversed",     "doubt_escalated",  "approval_obtained", "approval_refused",
    "cancel_requested", "cancelled",    "notice_delivered", "notice_refused",    "attempts_used_up",
    "orders_removed",   "case_resolved"};

constexpr std::array<std::string_view, 6> doubt_reason_texts = {
    "", "no_answer", "unreadable_answer", "line_lost", "restart", "no_verdict"};

constexpr std::array<std::string_view, 3> case_outcome_texts = {"", "not_charged", "authorized"};

bool outcome_known(Status status) {
  return status == Status::authorized || status == Status::refused || status == Status::cancelled;
}

// Whether it is unknown, or known and not wanted, what stands at the issuer.
bool attempt_open(const OrderState& state) {
  return state.attempt_state != AttemptState::none &&
         state.attempt_state != AttemptState::authorized;
}

bool was_lost(const Heard& heard) {
  return heard.doubt && !is_own(*heard.doubt) && heard.code.empty();
}

std::uint8_t place_of_last(AttemptState state) {
  switch (state) {
    case AttemptState::none:
      return static_cast<std::uint8_t>(Place::settled);
    case AttemptState::outstanding:
      return static_cast<std::uint8_t>(Place::outstanding);
    case AttemptState::in_doubt:
      return static_cast<std::uint8_t>(Place::in_doubt);
    case AttemptState::reversing:
      return static_cast<std::uint8_t>(Place::reversing);
    case AttemptState::authorized:
      return static_cast<std::uint8_t>(Place::authorized);
  }
  stop_process("an attempt has an unknown state", __FILE__, __LINE__);
}

}  // namespace

std::string_view to_text(Status status) {
  return status_texts.at(static_cast<std::size_t>(status));
}

std::optional<Status> status_from(std::string_view text) {
  for (std::size_t i = 1; i < status_texts.size(); ++i) {
    if (status_texts[i] == text) return static_cast<Status>(i);
  }
  return std::nullopt;
}

std::string_view to_text(Notice notice) {
  return notice_texts.at(static_cast<std::size_t>(notice));
}

std::string_view fact_name(const Fact& fact) {
  return fact_names.at(fact.index());
}

std::string_view to_text(DoubtReason reason) {
  return doubt_reason_texts.at(static_cast<std::size_t>(reason));
}

std::string_view to_text(CaseOutcome outcome) {
  return case_outcome_texts.at(static_cast<std::size_t>(outcome));
}

std::optional<CaseOutcome> case_outcome_from(std::string_view text) {
  for (const CaseOutcome outcome : {CaseOutcome::not_charged, CaseOutcome::authorized})
    if (to_text(outcome) == text) return outcome;
  return std::nullopt;
}

OrderTiming timing_of(Urgency urgency, std::optional<Timestamp> verdict_by,
                      std::optional<std::chrono::milliseconds> expected_within, Timestamp at) {
  std::optional<std::chrono::milliseconds> verdict_within;
  if (verdict_by) verdict_within = std::chrono::floor<std::chrono::milliseconds>(*verdict_by - at);
  return {urgency, verdict_within, expected_within};
}

OrderTiming timing_of(const Received& received, Timestamp at) {
  return timing_of(received.urgency, received.verdict_by, received.expected_within, at);
}

OrderState open_order(OrderNumber number, const Received& received, Timestamp at) {
  OrderState state;
  state.number = number;
  state.shop = received.shop;
  state.relay = received.relay;
  state.amount = received.amount;
  state.timing = timing_of(received, at);
  state.last_record = RecordNumber{number.value};
  state.history.push_back({Status::received, at});
  return state;
}

std::uint8_t place_of(const OrderState& state, Attempt attempt) {
  if (attempt.value == 0) return 0;
  if (attempt > state.attempt) {
    const bool is_next = attempt.value == state.attempt.value + 1 && wants_attempt(state);
    return is_next ? static_cast<std::uint8_t>(Place::next) : std::uint8_t{0};
  }
  const bool reversed_again =
      std::any_of(state.open_reversals.begin(), state.open_reversals.end(),
                  [&](const OpenReversal& open) { return open.attempt == attempt; });
  if (reversed_again) return static_cast<std::uint8_t>(Place::open_reversal);
  if (attempt == state.attempt) return place_of_last(state.attempt_state);
  return static_cast<std::uint8_t>(Place::settled);
}

Attempt attempt_in_question(const OrderState& state) {
  const bool last = in_question(state) || state.attempt_state == AttemptState::outstanding;
  if (last) return state.attempt;
  return state.open_reversals.empty() ? Attempt{} : state.open_reversals.front().attempt;
}

LostAttempts lost_in_a_row(const OrderState& state) {
  const bool to_be_authorized =
      state.status == Status::authorizing || state.status == Status::in_doubt;
  if (!to_be_authorized || state.attempt.value == 0) return {};
  LostAttempts lost;
  if (state.attempt_state != AttemptState::outstanding) {
    if (!was_lost(state.attempt_heard)) return {};
    lost = {state.attempt, 1};
  }
  for (auto past = state.past_attempts.rbegin();
       past != state.past_attempts.rend() && was_lost(past->heard); ++past)
    lost = {past->attempt, lost.count + 1};
  return lost;
}

bool is_lost_too_often(const OrderState& state) {
  return state.attempt.value >= limits::lost_attempts_borne &&
         lost_in_a_row(state).count >= limits::lost_attempts_borne;
}

bool may_be_resolved(const OrderState& state, Attempt attempt, CaseOutcome outcome) {
  if (attempt.value == 0)
    return outcome == CaseOutcome::not_charged && wants_attempt(state) &&
           state.open_reversals.empty();
  const std::uint8_t place = place_of(state, attempt);
  const bool last = stands(place, Place::in_doubt) || stands(place, Place::reversing);
  if (outcome == CaseOutcome::authorized) return last && state.status == Status::in_doubt;
  return last || stands(place, Place::open_reversal);
}

bool wants_attempt(const OrderState& state) {
  return (state.status == Status::received || state.status == Status::authorizing) &&
         state.attempt_state == AttemptState::none && state.attempt.value < limits::attempts_max;
}

bool is_closed(const OrderState& state) {
  return at_rest(state) && state.notice_due == Notice::none && card_may_go(state) &&
         state.open_reversals.empty() && state.status != Status::approval_needed;
}

bool at_rest(const OrderState& state) {
  return !attempt_open(state) && state.open_reversals.empty() && !wants_attempt(state) &&
         state.status != Status::received && state.status != Status::cancelling;
}

bool card_may_go(const OrderState& state) {
  return outcome_known(state.status) && !attempt_open(state) && state.open_reversals.empty();
}

}  // namespace spillway
