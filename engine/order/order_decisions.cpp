// Which facts follow from what has come in. Each decision ends in a state that waits for the
// outside or rests; what is decided together is written together.
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway {
namespace {

// As it is recorded: the verdict where the code alone does not give it, and the sum of what is not
// taken.
template <class Answered>
Answered recorded(const OrderState& state, const LineAnswer& line, Answer verdict) {
  Answered fact{line.attempt, line.answer.code, {}};
  if (verdict == Answer::usable) fact.approval_code = line.approval_code;
  if (verdict != answer_of(line.answer.code)) fact.verdict = verdict;
  if (verdict == Answer::held_unlike) fact.held = named_by(line.answer, state.amount);
  return fact;
}

// The answer decides, since none has before.
std::vector<Fact> on_first_answer(const OrderState& state, const LineAnswer& line, Answer verdict) {
  std::vector<Fact> facts = {recorded<Answered>(state, line, verdict)};
  const bool cancelling = state.status == Status::cancelling;
  if (is_charge(verdict) && cancelling)
    facts.push_back(ReversalDecided{line.attempt, ReversalReason::cancel});
  else if (verdict == Answer::held_unlike)
    facts.push_back(ReversalDecided{line.attempt, ReversalReason::held_unlike});
  else if (verdict != Answer::usable && cancelling)
    facts.push_back(Cancelled{});
  else if (verdict == Answer::come_back_later && line.attempt.value == limits::attempts_max)
    facts.push_back(AttemptsUsedUp{});
  return facts;
}

std::vector<Fact> fall_in_doubt(const OrderState& state, const FellInDoubt& doubt,
                                bool repeats_recognised) {
  const bool cancelling = state.status == Status::cancelling;
  std::vector<Fact> facts = {doubt};
  if (cancelling || !repeats_recognised) {
    facts.push_back(ReversalDecided{
        doubt.attempt, cancelling ? ReversalReason::cancel : ReversalReason::in_doubt});
  }
  return facts;
}

}  // namespace

std::vector<Fact> on_answer(const OrderState& state, const LineAnswer& answer, Answer verdict,
                            bool repeats_recognised) {
  const std::uint8_t place = place_of(state, answer.attempt);
  const bool outstanding = stands(place, Place::outstanding);
  const bool in_doubt = stands(place, Place::in_doubt);
  const bool says_nothing = verdict == Answer::no_verdict;
  // Whoever cannot say now what became of the first request will not say it to another repeat.
  if (in_doubt && (says_nothing || verdict == Answer::come_back_later)) {
    const bool cancelling = state.status == Status::cancelling;
    return {ReversalDecided{answer.attempt,
                            cancelling ? ReversalReason::cancel : ReversalReason::in_doubt}};
  }
  if (outstanding && says_nothing) {
    const FellInDoubt doubt{answer.attempt, DoubtReason::no_verdict, answer.answer.code};
    return fall_in_doubt(state, doubt, repeats_recognised);
  }
  if (outstanding || in_doubt) return on_first_answer(state, answer, verdict);
  // From here on the attempt was decided before, and only an approval can change what is owed.
  if (!is_charge(verdict)) return {};
  const auto late = recorded<AnsweredLate>(state, answer, verdict);
  if (stands(place, Place::reversing)) return {late};
  if (stands(place, Place::settled)) {
    return {late, ReversalDecided{answer.attempt, ReversalReason::late_approval}};
  }
  return {};
}

std::vector<Fact> on_doubt(const OrderState& state, Attempt attempt, DoubtReason reason,
                           bool repeats_recognised) {
  if (!stands(place_of(state, attempt), Place::outstanding)) return {};
  return fall_in_doubt(state, FellInDoubt{attempt, reason}, repeats_recognised);
}

std::vector<Fact> on_reversal_answer(const OrderState& state, Attempt attempt, ResponseCode code) {
  const std::uint8_t place = place_of(state, attempt);
  const bool last = stands(place, Place::reversing);
  if (!last && !stands(place, Place::open_reversal)) return {};
  std::vector<Fact> facts = {Reversed{attempt, code}};
  if (last && state.status == Status::cancelling) facts.push_back(Cancelled{});
  const bool ends_anyway = state.answer == Answer::held_unlike;
  if (last && state.status == Status::in_doubt && !ends_anyway &&
      (state.own_doubts >= limits::doubtful_attempts_max || attempt.value == limits::attempts_max))
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

std::vector<Fact> on_tries_used_up(const OrderState& state, Attempt attempt, std::uint16_t tries,
                                   const ResponseCode& last_code) {
  const std::uint8_t place = place_of(state, attempt);
  if (stands(place, Place::in_doubt)) return {ReversalDecided{attempt, ReversalReason::in_doubt}};
  const bool reversing = stands(place, Place::reversing) || stands(place, Place::open_reversal);
  if (!reversing || state.escalated) return {};
  return {DoubtEscalated{attempt, tries, last_code}};
}

// An attempt that is still outstanding falls in doubt first: its order was taken up by nobody.
Result<std::vector<Fact>> on_case_resolved(const OrderState& state, Attempt attempt,
                                           CaseOutcome outcome, const ApprovalCode& approval_code) {
  const std::string status(to_text(state.status));
  const bool outstanding = stands(place_of(state, attempt), Place::outstanding);
  const bool tried_on = state.status == Status::authorizing || state.status == Status::in_doubt;
  if (attempt.value == 0 && tried_on && !may_be_resolved(state, attempt, CaseOutcome::not_charged))
    return Error{
        "one of its attempts is under way or being settled: say it again while it waits for the "
        "next one"};
  if (!outstanding && !may_be_resolved(state, attempt, CaseOutcome::not_charged))
    return Error{"nothing of it is open: the order is " + status};
  const bool authorized = outcome == CaseOutcome::authorized;
  if (authorized && (outstanding ? state.status == Status::cancelling
                                 : !may_be_resolved(state, attempt, outcome)))
    return Error{"an order that is " + status +
                 " cannot become authorized: have the charge reversed at the card company, then "
                 "resolve the case as not_charged"};
  std::vector<Fact> facts;
  if (outstanding) facts.push_back(FellInDoubt{attempt, DoubtReason::restart});
  facts.push_back(CaseResolved{attempt, outcome, authorized ? approval_code : ApprovalCode()});
  if (state.status == Status::cancelling && attempt == state.attempt) facts.push_back(Cancelled{});
  return facts;
}

std::vector<Fact> on_notice_done(const OrderState& state, Notice notice, bool delivered) {
  if (notice == Notice::none || state.notice_due != notice) return {};
  if (delivered) return {NoticeDelivered{}};
  return {NoticeRefused{}};
}

}  // namespace spillway
