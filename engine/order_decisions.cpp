// Which facts follow from what has come in. Each decision ends in a state that waits for the
// outside or rests; what is decided together is written together.
#include <algorithm>

#include "engine/limits.hpp"
#include "engine/order.hpp"
#include "engine/order_attempts.hpp"

namespace spillway {
namespace {

std::ptrdiff_t doubtful_attempts(const OrderState& state) {
  return std::ranges::count(state.history, Status::in_doubt, &StatusChange::status);
}

}  // namespace

std::vector<Fact> on_answer(const OrderState& state, const LineAnswer& answer) {
  const std::uint8_t place = place_of(state, answer.attempt);
  const bool usable = answer_of(answer.code) == Answer::usable;
  const ApprovalCode approval_code = usable ? answer.approval_code : ApprovalCode();

  if (stands(place, Place::outstanding) || stands(place, Place::in_doubt)) {
    std::vector<Fact> facts = {Answered{answer.attempt, answer.code, approval_code}};
    if (state.status == Status::cancelling) {
      if (usable) {
        facts.push_back(ReversalDecided{answer.attempt, ReversalReason::cancel});
      } else {
        facts.push_back(Cancelled{});
      }
    } else if (answer_of(answer.code) == Answer::come_back_later &&
               answer.attempt.value == limits::attempts_max) {
      facts.push_back(AttemptsUsedUp{});
    }
    return facts;
  }
  // From here on the attempt was decided before, and only an approval can change what is owed.
  if (!usable) return {};
  const AnsweredLate late{answer.attempt, answer.code, approval_code};
  if (stands(place, Place::reversing)) return {late};
  if (stands(place, Place::settled)) {
    return {late, ReversalDecided{answer.attempt, ReversalReason::late_approval}};
  }
  return {};
}

std::vector<Fact> on_doubt(const OrderState& state, Attempt attempt, DoubtReason reason,
                           bool repeats_recognised) {
  if (!stands(place_of(state, attempt), Place::outstanding)) return {};
  const bool cancelling = state.status == Status::cancelling;
  std::vector<Fact> facts = {FellInDoubt{attempt, reason}};
  if (cancelling || !repeats_recognised) {
    facts.push_back(
        ReversalDecided{attempt, cancelling ? ReversalReason::cancel : ReversalReason::in_doubt});
  }
  return facts;
}

bool settles_reversal(const ResponseCode& code, bool late_window_over) {
  return code == "00" || (code == "25" && late_window_over);
}

std::vector<Fact> on_reversal_answer(const OrderState& state, Attempt attempt, ResponseCode code) {
  const std::uint8_t place = place_of(state, attempt);
  const bool last = stands(place, Place::reversing);
  if (!last && !stands(place, Place::open_reversal)) return {};
  std::vector<Fact> facts = {Reversed{attempt, code}};
  if (last && state.status == Status::cancelling) facts.push_back(Cancelled{});
  if (last && state.status == Status::in_doubt &&
      (doubtful_attempts(state) >= limits::doubtful_attempts_max ||
       attempt.value == limits::attempts_max))
    facts.push_back(AttemptsUsedUp{});
  return facts;
}

Result<std::vector<Fact>, Status> on_cancel(const OrderState& state) {
  using Facts = std::vector<Fact>;
  const ReversalDecided reversal{state.attempt, ReversalReason::cancel};
  switch (state.status) {
    case Status::received:
    case Status::approval_needed:
      return Facts{Cancelled{}};
    case Status::authorizing:
      if (state.attempt_state == AttemptState::none) return Facts{Cancelled{}};
      return Facts{CancelRequested{}};
    case Status::in_doubt:
      if (state.attempt_state == AttemptState::reversing) return Facts{CancelRequested{}};
      return Facts{CancelRequested{}, reversal};
    case Status::authorized:
      // Approved by telephone: no authorization of ours stands that could be reversed.
      if (state.attempt_state == AttemptState::none) return Facts{Cancelled{}};
      return Facts{CancelRequested{}, reversal};
    case Status::refused:
      return state.status;
    case Status::cancelling:
    case Status::cancelled:
      return Facts{};
  }
  stop_process("an order has an unknown status", __FILE__, __LINE__);
}

Result<std::vector<Fact>, Status> on_approval(const OrderState& state, bool approved,
                                              const ApprovalCode& approval_code) {
  if (state.status != Status::approval_needed) return state.status;
  if (approved) return std::vector<Fact>{ApprovalObtained{approval_code}};
  return std::vector<Fact>{ApprovalRefused{}};
}

std::vector<Fact> on_tries_used_up(const OrderState& state, Attempt attempt, std::uint16_t tries) {
  const std::uint8_t place = place_of(state, attempt);
  if (stands(place, Place::in_doubt)) return {ReversalDecided{attempt, ReversalReason::in_doubt}};
  const bool reversing = stands(place, Place::reversing) || stands(place, Place::open_reversal);
  if (!reversing || state.escalated) return {};
  return {DoubtEscalated{attempt, tries}};
}

std::vector<Fact> on_notice_done(const OrderState& state, Notice notice, bool delivered) {
  if (notice == Notice::none || state.notice_due != notice) return {};
  if (delivered) return {NoticeDelivered{}};
  return {NoticeRefused{}};
}

}  // namespace spillway
