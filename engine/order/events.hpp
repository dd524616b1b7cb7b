// The facts of a card order, in the past tense. The journal holds these and nothing else; every
// other state is computed from them (order.hpp says which may follow which).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/money.hpp"
#include "engine/base/time.hpp"
#include "engine/card/card.hpp"
#include "engine/order/authorization.hpp"
#include "engine/order/order_timing.hpp"

namespace spillway {

struct Item {
  std::string code;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t unit_price = 0;  // minor units
  friend bool operator==(const Item&, const Item&) = default;
};

struct Buyer {
  std::string name;
  std::string email;
  friend bool operator==(const Buyer&, const Buyer&) = default;
};

// Keyed hashes of an Idempotency-Key (with its shop) and of the body that came with it. A key of
// all zeros means that the shop sent none.
struct IdempotencyMark {
  std::array<std::uint64_t, 2> key{};
  std::uint64_t body = 0;
  bool present() const { return key[0] != 0 || key[1] != 0; }
  friend bool operator==(const IdempotencyMark&, const IdempotencyMark&) = default;
};

// The order was accepted; its record's number is the order's number.
struct Received {
  ShopId shop;
  RelayId relay;
  std::string reference;  // the shop's own
  std::string member;     // empty for a guest
  Buyer buyer;
  std::vector<Item> items;
  Money amount;
  MaskedCard card;
  IdempotencyMark idempotency;
  Urgency urgency = Urgency::normal;
  std::optional<Timestamp> verdict_by;                       // wanted by the shop
  std::optional<std::chrono::milliseconds> expected_within;  // promised: from the reception
  friend bool operator==(const Received&, const Received&) = default;
};

// What of it the order's queue entry carries. `at`: the reception.
OrderTiming timing_of(Urgency urgency, std::optional<Timestamp> verdict_by,
                      std::optional<std::chrono::milliseconds> expected_within, Timestamp at);
OrderTiming timing_of(const Received& received, Timestamp at);

// Committed before the first byte of the request leaves.
struct Sent {
  Attempt attempt;
  RelayId relay;
  Reference reference;
  std::uint32_t stan = 0;
  friend bool operator==(const Sent&, const Sent&) = default;
};

struct Answered {
  Attempt attempt;
  ResponseCode code;
  ApprovalCode approval_code;       // of a usable answer
  std::optional<Answer> verdict{};  // nothing: what `answer_of` says of the code
  std::optional<Money> held{};      // with a verdict: the sum that the answer named
  friend bool operator==(const Answered&, const Answered&) = default;
};

enum class DoubtReason : std::uint8_t {
  no_answer = 1,
  unreadable_answer = 2,
  line_lost = 3,
  restart = 4,
  no_verdict = 5  // there was an answer, and it did not say what became of the request
};

// Whether the doubt is about this request alone. The others are about a line or a process.
constexpr bool is_own(DoubtReason reason) {
  return reason == DoubtReason::no_answer || reason == DoubtReason::unreadable_answer ||
         reason == DoubtReason::no_verdict;
}
std::string_view to_text(DoubtReason reason);

// The attempt may or may not have been authorized.
struct FellInDoubt {
  Attempt attempt;
  DoubtReason reason{};
  ResponseCode code{};  // of the answer without a verdict; empty otherwise, or where it had none
  friend bool operator==(const FellInDoubt&, const FellInDoubt&) = default;
};

enum class ReversalReason : std::uint8_t {
  in_doubt = 1,
  cancel = 2,
  late_approval = 3,
  held_unlike = 4  // the issuer holds something else than was asked: the order ends as refused
};

// From here on the attempt counts as not wanted: an approval that still comes is recorded
// (AnsweredLate) and reversed with it.
struct ReversalDecided {
  Attempt attempt;
  ReversalReason reason{};
  friend bool operator==(const ReversalDecided&, const ReversalDecided&) = default;
};

struct AnsweredLate {
  Attempt attempt;
  ResponseCode code;
  ApprovalCode approval_code;
  std::optional<Answer> verdict{};  // as in Answered
  std::optional<Money> held{};
  friend bool operator==(const AnsweredLate&, const AnsweredLate&) = default;
};

// The relay centre acknowledged the reversal.
struct Reversed {
  Attempt attempt;
  ResponseCode code;
  friend bool operator==(const Reversed&, const Reversed&) = default;
};

// The configured tries of a repeat or reversal are used up: a person has to look. Tries go on at
// the slowest pace.
struct DoubtEscalated {
  Attempt attempt;
  std::uint16_t tries = 0;
  ResponseCode last_code{};  // field 39 of the last answer to them; empty: none came, or without it
  friend bool operator==(const DoubtEscalated&, const DoubtEscalated&) = default;
};

// The shop reached the card company by another way (seed 000, "EXCEEDS CEILING").
struct ApprovalObtained {
  ApprovalCode approval_code;
  friend bool operator==(const ApprovalObtained&, const ApprovalObtained&) = default;
};
struct ApprovalRefused {
  friend bool operator==(const ApprovalRefused&, const ApprovalRefused&) = default;
};

// The shop wants the order cancelled while an authorization stands or may stand.
struct CancelRequested {
  friend bool operator==(const CancelRequested&, const CancelRequested&) = default;
};
struct Cancelled {
  friend bool operator==(const Cancelled&, const Cancelled&) = default;
};

// The outcome mail that the order's status calls for was taken by the mail server.
struct NoticeDelivered {
  friend bool operator==(const NoticeDelivered&, const NoticeDelivered&) = default;
};

// The mail server refused that mail for good: it will not be tried again.
struct NoticeRefused {
  friend bool operator==(const NoticeRefused&, const NoticeRefused&) = default;
};

// So many attempts came to nothing that the order is refused: it has its outcome.
struct AttemptsUsedUp {
  friend bool operator==(const AttemptsUsedUp&, const AttemptsUsedUp&) = default;
};

// What a person found out, who asked the relay centre or the card company.
enum class CaseOutcome : std::uint8_t { not_charged = 1, authorized = 2 };
std::string_view to_text(CaseOutcome outcome);
std::optional<CaseOutcome> case_outcome_from(std::string_view text);

// A person has settled what stood before a person. `not_charged`: nothing stands at the issuer
// under the attempt. `authorized`: it stands there, and counts. Attempt 0: the order waited for an
// attempt, and is not to get it.
struct CaseResolved {
  Attempt attempt;
  CaseOutcome outcome{};
  ApprovalCode approval_code{};  // may come with `authorized`
  friend bool operator==(const CaseResolved&, const CaseResolved&) = default;
};

// An order that has left the journal, and the numbers of its records, rising: the first is its own.
struct RemovedOrder {
  OrderNumber order;
  std::vector<RecordNumber> records;
  friend bool operator==(const RemovedOrder&, const RemovedOrder&) = default;
};

// The time of these closed orders was over: their records have left the journal in the transaction
// that wrote this, and a line of each is in the books. About no order of its own: it stands under
// the first of them. `books` is a hash over the lines.
struct OrdersRemoved {
  std::vector<RemovedOrder> orders;  // by their numbers, rising
  std::array<char, 32> books{};
  friend bool operator==(const OrdersRemoved&, const OrdersRemoved&) = default;
};

// The order of the alternatives is the `kind` in a record: add at the end, remove none.
using Fact =
    std::variant<Received, Sent, Answered, FellInDoubt, ReversalDecided, AnsweredLate, Reversed,
                 DoubtEscalated, ApprovalObtained, ApprovalRefused, CancelRequested, Cancelled,
                 NoticeDelivered, NoticeRefused, AttemptsUsedUp, OrdersRemoved, CaseResolved>;

constexpr std::size_t fact_kinds = std::variant_size_v<Fact>;

// "fell_in_doubt": for logs and for people who read the journal.
std::string_view fact_name(const Fact& fact);

// A fact about an order, before it has its number. For `Received` the order is not known yet:
// it becomes the record's own number.
struct Event {
  OrderNumber order;
  Timestamp at;
  Fact fact;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace spillway
