// Which fact may follow which state, as a table of status × kind of fact.
#include <array>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "engine/order/order.hpp"
#include "engine/order/order_attempts.hpp"

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

  may.allow<CaseResolved>({received}, anywhere);
  may.allow<CaseResolved>(once_sent, anywhere);
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
  if (const auto* late = std::get_if<AnsweredLate>(&fact)) return is_charge(verdict_of(*late));
  if (const auto* answered = std::get_if<Answered>(&fact))
    return verdict_of(*answered) != Answer::no_verdict;
  if (const auto* resolved = std::get_if<CaseResolved>(&fact))
    return may_be_resolved(state, resolved->attempt, resolved->outcome);
  return true;
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

}  // namespace spillway
