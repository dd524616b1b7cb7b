// Which fact may follow which state, as a table of status × kind of fact; and what each fact does.
#include <array>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "engine/order.hpp"
#include "engine/order_attempts.hpp"

namespace spillway {

namespace {

// ---- The table: for a status and a kind of fact, the places where the attempt that the fact is
// about may stand. A fact that names no attempt is about the last one. ----

using Places = std::uint8_t;
constexpr Places operator|(Place a, Place b) {
  return static_cast<Places>(static_cast<Places>(a) | static_cast<Places>(b));
}
constexpr Places only(Place place) {
  return static_cast<Places>(place);
}

constexpr Places nothing_open = Place::settled | Place::open_reversal;
constexpr Places anywhere = 0xFF;

template <class F, std::size_t kind = 0>
constexpr std::size_t kind_of() {
  if constexpr (std::is_same_v<F, std::variant_alternative_t<kind, Fact>>) {
    return kind;
  } else {
    return kind_of<F, kind + 1>();
  }
}

class Table {
 public:
  constexpr Places at(Status status, std::size_t kind) const {
    return cells_[static_cast<std::size_t>(status)][kind];
  }

  template <class F>
  constexpr void allow(std::initializer_list<Status> statuses, Places places) {
    for (const Status status : statuses) {
      Places& cell = cells_[static_cast<std::size_t>(status)][kind_of<F>()];
      cell = static_cast<Places>(cell | places);
    }
  }

 private:
  std::array<std::array<Places, fact_kinds>, status_count> cells_{};
};

constexpr std::initializer_list<Status> once_sent = {
    Status::authorizing, Status::in_doubt,   Status::approval_needed, Status::authorized,
    Status::refused,     Status::cancelling, Status::cancelled};

constexpr Table make_table() {
  using enum Status;
  Table may;
  may.allow<Sent>({received, authorizing}, only(Place::next));

  may.allow<Answered>({authorizing}, only(Place::outstanding));
  may.allow<Answered>({in_doubt}, only(Place::in_doubt));
  may.allow<Answered>({cancelling}, Place::outstanding | Place::in_doubt);

  may.allow<FellInDoubt>({authorizing, cancelling}, only(Place::outstanding));

  may.allow<ReversalDecided>({in_doubt}, only(Place::in_doubt));
  may.allow<ReversalDecided>({cancelling}, Place::in_doubt | Place::authorized);
  may.allow<ReversalDecided>(once_sent, only(Place::settled));

  may.allow<AnsweredLate>({in_doubt, cancelling}, only(Place::reversing));
  may.allow<AnsweredLate>(once_sent, only(Place::settled));

  may.allow<Reversed>({in_doubt, cancelling}, only(Place::reversing));
  may.allow<Reversed>(once_sent, only(Place::open_reversal));

  may.allow<DoubtEscalated>({in_doubt, cancelling}, Place::in_doubt | Place::reversing);
  may.allow<DoubtEscalated>(once_sent, only(Place::open_reversal));

  may.allow<ApprovalObtained>({approval_needed}, nothing_open);
  may.allow<ApprovalRefused>({approval_needed}, nothing_open);

  may.allow<CancelRequested>({authorizing}, only(Place::outstanding));
  may.allow<CancelRequested>({in_doubt}, Place::in_doubt | Place::reversing);
  may.allow<CancelRequested>({authorized}, only(Place::authorized));

  may.allow<Cancelled>({received, authorizing, approval_needed, authorized, cancelling},
                       nothing_open);

  may.allow<NoticeDelivered>({authorized, refused, cancelled}, anywhere);
  may.allow<NoticeRefused>({authorized, refused, cancelled}, anywhere);

  may.allow<AttemptsUsedUp>({authorizing}, only(Place::settled));
  return may;
}

constexpr Table table = make_table();

Places place_of_fact(const OrderState& state, const Fact& fact) {
  return std::visit(
      [&](const auto& f) -> Places {
        if constexpr (requires { f.attempt; }) {
          return place_of(state, f.attempt);
        } else if (state.attempt.value == 0) {
          return only(Place::settled);  // nothing was sent, so nothing is open
        } else {
          return place_of(state, state.attempt);
        }
      },
      fact);
}

// What the table cannot say, because it is about more than the attempt's place.
bool fits(const OrderState& state, const Fact& fact) {
  if (std::holds_alternative<NoticeDelivered>(fact) || std::holds_alternative<NoticeRefused>(fact))
    return state.notice_due != Notice::none;
  if (const auto* decided = std::get_if<ReversalDecided>(&fact)) {
    const bool late = place_of(state, decided->attempt) == only(Place::settled);
    return late == (decided->reason == ReversalReason::late_approval);
  }
  if (const auto* late = std::get_if<AnsweredLate>(&fact)) {
    return answer_of(late->code) == Answer::usable;
  }
  return true;
}

// ---- What each fact does. ----

void enter(OrderState& state, Status status, Timestamp at) {
  if (state.status == status) return;
  state.status = status;
  state.history.push_back({status, at});
}

SentAttempt last_attempt(const OrderState& state) {
  return {state.attempt, state.attempt_reference, state.attempt_stan, state.attempt_sent_at};
}

SentAttempt settled_attempt(const OrderState& state, Attempt attempt) {
  if (attempt == state.attempt) return last_attempt(state);
  const SentAttempt& past = state.past_attempts.at(attempt.value - 1U);
  SPILLWAY_CHECK(past.attempt == attempt, "an order's past attempts are not in their order");
  return past;
}

void take(OrderState&, const Received&, Timestamp) {}  // never follows anything
void take(OrderState&, const OrdersRemoved&, Timestamp) {}
void take(OrderState&, const AnsweredLate&, Timestamp) {}

void take(OrderState& state, const Sent& sent, Timestamp at) {
  if (state.attempt.value > 0) state.past_attempts.push_back(last_attempt(state));
  SPILLWAY_CHECK(state.past_attempts.size() + 1 == sent.attempt.value,
                 "an order has lost one of its past attempts");
  state.attempt = sent.attempt;
  state.attempt_reference = sent.reference;
  state.attempt_stan = sent.stan;
  state.attempt_sent_at = at;
  state.attempt_state = AttemptState::outstanding;
  enter(state, Status::authorizing, at);
}

void take(OrderState& state, const Answered& answered, Timestamp at) {
  const Answer answer = answer_of(answered.code);
  const bool usable = answer == Answer::usable;
  state.attempt_state = usable ? AttemptState::authorized : AttemptState::none;
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
    case Answer::unusable:
    case Answer::none:
      state.notice_due = Notice::refusal;
      return enter(state, Status::refused, at);
  }
}

void take(OrderState& state, const FellInDoubt&, Timestamp at) {
  state.attempt_state = AttemptState::in_doubt;
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
  const auto was_open = std::erase_if(state.open_reversals, [&](const OpenReversal& open) {
    return open.attempt == reversed.attempt;
  });
  if (was_open > 0) return;
  state.attempt_state = AttemptState::none;
  if (state.status == Status::in_doubt) enter(state, Status::authorizing, at);
}

void take(OrderState& state, const DoubtEscalated&, Timestamp) {
  state.escalated = true;
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
  enter(state, Status::cancelling, at);
}

void take(OrderState& state, const Cancelled&, Timestamp at) {
  state.notice_due = Notice::cancellation;
  enter(state, Status::cancelled, at);
}

void take(OrderState& state, const NoticeDelivered&, Timestamp) {
  state.notice_due = Notice::none;
}

void take(OrderState& state, const NoticeRefused&, Timestamp) {
  state.notice_due = Notice::none;
}

void take(OrderState& state, const AttemptsUsedUp&, Timestamp at) {
  state.notice_due = Notice::refusal;
  enter(state, Status::refused, at);
}

bool anything_in_doubt(const OrderState& state) {
  return state.attempt_state == AttemptState::in_doubt ||
         state.attempt_state == AttemptState::reversing || !state.open_reversals.empty();
}

}  // namespace

Result<void> may_follow(const OrderState& state, const Fact& fact) {
  const Places allowed = table.at(state.status, fact.index());
  if (allowed == 0) {
    return Error{std::string(fact_name(fact)) + " does not follow " +
                 std::string(to_text(state.status))};
  }
  if (allowed != anywhere && (allowed & place_of_fact(state, fact)) == 0) {
    return Error{std::string(fact_name(fact)) + " does not fit the attempt of an order that is " +
                 std::string(to_text(state.status))};
  }
  if (!fits(state, fact)) {
    return Error{std::string(fact_name(fact)) + " is not true of an order that is " +
                 std::string(to_text(state.status))};
  }
  return {};
}

void apply(OrderState& state, const Event& event, RecordNumber record) {
  if (const auto allowed = may_follow(state, event.fact); !allowed) {
    stop_process(allowed.error().message, __FILE__, __LINE__);
  }
  std::visit([&](const auto& fact) { take(state, fact, event.at); }, event.fact);
  state.escalated = state.escalated && anything_in_doubt(state);
  state.last_record = record;
}

}  // namespace spillway
