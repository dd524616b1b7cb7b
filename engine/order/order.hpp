// An order's state and the rules that move it. Pure: events in, state or decision out.
//
//   received ──Sent──▶ authorizing ──Answered──▶ authorized | refused | approval_needed
//                        │  └─ come back later: stays, a new attempt is due
//                        └──FellInDoubt──▶ in_doubt ──Answered──▶ as above
//                                             └──ReversalDecided, Reversed──▶ authorizing again
//   approval_needed ──ApprovalObtained──▶ authorized     ──ApprovalRefused──▶ refused
//   authorizing ──AttemptsUsedUp──▶ refused
//   in_doubt ──Reversed──▶ refused, where the issuer held something else than was asked
//   in_doubt ──CaseResolved──▶ authorized | refused
//   whatever has nothing open and is not refused ──Cancelled──▶ cancelled
//   authorizing, in_doubt, authorized ──CancelRequested──▶ cancelling ──Cancelled──▶ cancelled
//
// The whole table stands in order_rules.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/limits.hpp"
#include "engine/base/result.hpp"
#include "engine/order/dialect.hpp"
#include "engine/order/events.hpp"
#include "engine/order/limits.hpp"

namespace spillway {

// As the API names them (contract: `status`).
enum class Status : std::uint8_t {
  received = 1,
  authorizing = 2,
  in_doubt = 3,
  approval_needed = 4,
  authorized = 5,
  refused = 6,
  cancelling = 7,
  cancelled = 8,
};
constexpr std::size_t status_count = 9;  // with the unused 0
std::string_view to_text(Status status);
std::optional<Status> status_from(std::string_view text);

// What is known about the attempt that counts, the last one.
enum class AttemptState : std::uint8_t {
  none = 0,         // nothing was sent, or the last attempt is settled and left no charge
  outstanding = 1,  // sent, no answer yet
  in_doubt = 2,     // to be settled by a repeat
  reversing = 3,    // to be settled by a reversal
  authorized = 4,   // an authorization stands at the issuer
};

struct StatusChange {
  Status status{};
  Timestamp at;
  friend bool operator==(const StatusChange&, const StatusChange&) = default;
};

// The mail that a status calls for.
enum class Notice : std::uint8_t {
  none = 0,
  thanks = 1,
  refusal = 2,
  reorder = 3,
  cancellation = 4
};
std::string_view to_text(Notice notice);

// The last that was heard of an attempt: for whoever has to look into it, and for its reversal.
struct Heard {
  std::optional<DoubtReason> doubt{};  // why it fell in doubt; nothing: it did not
  ResponseCode code{};                 // field 39 of the last answer to it; empty: none came
  std::optional<Money> held{};  // the sum that the issuer said it holds, unlike what was asked
  friend bool operator==(const Heard&, const Heard&) = default;
};

// An attempt as it was sent: all that its reversal has to repeat.
struct SentAttempt {
  Attempt attempt;
  Reference reference;     // field 37
  std::uint32_t stan = 0;  // field 11
  Timestamp sent_at;       // field 7
  Heard heard{};
  friend bool operator==(const SentAttempt&, const SentAttempt&) = default;
};

// A settled attempt whose approval came after all: it is reversed once more, whatever the order has
// done since.
using OpenReversal = SentAttempt;

// Why an order stands before a person: its reversal was not settled in the configured tries.
struct Escalation {
  Attempt attempt;
  std::uint16_t tries = 0;
  ResponseCode last_code{};  // field 39 of the last answer to them; empty: none came
  Timestamp at;
  friend bool operator==(const Escalation&, const Escalation&) = default;
};

// The part of an order that changes. What never changes is in its `received` record.
struct OrderState {
  OrderNumber number;
  ShopId shop;
  RelayId relay;
  Money amount;
  OrderTiming timing;
  Status status = Status::received;
  AttemptState attempt_state = AttemptState::none;
  Attempt attempt;                 // the last one; 0 before the first
  Reference attempt_reference;     // field 37 of the last attempt
  std::uint32_t attempt_stan = 0;  // field 11
  Timestamp attempt_sent_at;       // field 7
  Heard attempt_heard;
  std::uint16_t own_doubts = 0;  // doubts that were about one of its requests alone
  Answer answer = Answer::none;  // the last that decided anything
  ApprovalCode approval_code;
  Notice notice_due = Notice::none;          // not yet delivered
  bool notice_refused = false;               // the last that was due will never be
  std::optional<Escalation> escalated;       // stands in the list for a person
  std::vector<SentAttempt> past_attempts;    // all before the last, from the first
  std::vector<OpenReversal> open_reversals;  // beside what the last attempt waits for
  RecordNumber last_record;                  // of the order's last event
  std::vector<StatusChange> history;

  friend bool operator==(const OrderState&, const OrderState&) = default;
};

// The state after `received`.
OrderState open_order(OrderNumber number, const Received& received, Timestamp at);

// Whether `fact` may follow `state`; the sentence says why not. An event that may not is a bug
// that stops the process before it is written.
Result<void> may_follow(const OrderState& state, const Fact& fact);

// Applies an event that may follow. Breaks an invariant otherwise.
void apply(OrderState& state, const Event& event, RecordNumber record);

// No attempt, reversal or new attempt is under way or due: whatever comes next comes from the shop
// (a cancel, an approval) or from an answer that is late. A notice may still be due.
bool at_rest(const OrderState& state);

// Nothing is under way or due, and everybody was told: only the shop or a late answer opens it
// again.
bool is_closed(const OrderState& state);

// Whether the next thing is a new authorization request. After `limits::attempts_max` it never is.
bool wants_attempt(const OrderState& state);

// Whether the sealed card is not needed any more: the outcome is known and nothing is in doubt.
bool card_may_go(const OrderState& state);

// ---- Decisions: which facts follow from what has come in. Empty: nothing to record. ----

struct LineAnswer {
  Attempt attempt;
  RelayAnswer answer;
  ApprovalCode approval_code;
};
// An answer to an authorization request or to its repeat, on time, late, or for the second time.
// `verdict`: what `judge` says of it. One without a verdict brings a first request in doubt. One
// without, or come back later, has an attempt that is in doubt reversed: another repeat would say
// no more. `repeats_recognised`: as below.
std::vector<Fact> on_answer(const OrderState& state, const LineAnswer& answer, Answer verdict,
                            bool repeats_recognised);

// The answer did not come, could not be read, or the line was lost. `repeats_recognised`: the
// relay centre recognises a repeat by its reference; otherwise the attempt is to be reversed.
std::vector<Fact> on_doubt(const OrderState& state, Attempt attempt, DoubtReason reason,
                           bool repeats_recognised);

// The relay centre settled the reversal of an attempt. After `limits::doubtful_attempts_max`
// doubts of its own the order is refused; those that a lost line or a restart made do not count.
std::vector<Fact> on_reversal_answer(const OrderState& state, Attempt attempt, ResponseCode code);

// The shop cancels. The error is the status that forbids it. Facts may be empty when the order is
// already cancelled or being cancelled: a second click changes nothing.
Result<std::vector<Fact>, Status> on_cancel(const OrderState& state);

// The shop says what the card company told it. The error is the status that forbids it.
Result<std::vector<Fact>, Status> on_approval(const OrderState& state, bool approved,
                                              const ApprovalCode& approval_code);

// A repeat or reversal got no answer that settles it in all the tries that it had. Repeats give way
// to a reversal; a reversal goes before a person.
std::vector<Fact> on_tries_used_up(const OrderState& state, Attempt attempt, std::uint16_t tries,
                                   const ResponseCode& last_code);

// A person has found out what stands at the issuer under an attempt that is in doubt or being
// reversed. `not_charged` settles it: a cancelling order becomes cancelled, one in doubt is
// refused, any other status stays; with attempt 0 an order is refused that waits for an attempt.
// `authorized` settles the last attempt of an order in doubt. It cannot undo a cancel that was
// asked for, nor an outcome: such a charge has to be reversed, then the case is resolved as not
// charged. What else is open of the order stays so. The error is a sentence.
Result<std::vector<Fact>> on_case_resolved(const OrderState& state, Attempt attempt,
                                           CaseOutcome outcome, const ApprovalCode& approval_code);

// The mail server took a mail, or refused it for good. Nothing when it is not, or no longer, the
// one that is due: the order was cancelled while its thanks were on their way.
std::vector<Fact> on_notice_done(const OrderState& state, Notice notice, bool delivered);

}  // namespace spillway
