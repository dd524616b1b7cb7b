// Reads the bodies of records, of every version that was ever written.
#include <limits>
#include <type_traits>

#include "engine/order/limits.hpp"
#include "storage/journal/record_codec.hpp"
#include "storage/journal/removal_codec.hpp"

namespace spillway::storage {

namespace {

using detail::received_elements;
using detail::timing_elements;

template <std::size_t capacity>
FixedString<capacity> read_fixed(PackReader& in) {
  return FixedString<capacity>(in.text(capacity));
}

// An enumeration whose values run from 1 to `last`.
template <class Enumeration>
Enumeration read_enumeration(PackReader& in, Enumeration last) {
  const std::uint64_t value = in.number(static_cast<std::uint64_t>(last));
  if (value == 0) in.fail();
  return static_cast<Enumeration>(value);
}

Attempt read_attempt(PackReader& in) {
  return {in.narrow<std::uint16_t>()};
}

void read_items(PackReader& in, std::vector<Item>& items) {
  const std::size_t count = in.array();
  if (count > in.left()) return in.fail();  // each takes five bytes at least
  items.reserve(count);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    in.array_of(4);
    Item& item = items.emplace_back();
    item.code = in.text();
    item.name = in.text();
    item.quantity = in.signed_number();
    item.unit_price = in.signed_number();
  }
}

void read_fields(PackReader& in, Received& fact) {
  fact.shop = {in.narrow<std::uint32_t>()};
  fact.relay = {in.narrow<std::uint16_t>()};
  fact.reference = in.text();
  fact.member = in.text();
  fact.buyer.name = in.text();
  fact.buyer.email = in.text();
  fact.amount.minor_units = in.signed_number();
  fact.amount.currency = {in.narrow<std::uint16_t>()};
  fact.card.company = read_enumeration(in, CardCompany::diners);
  const std::string_view last_four = in.text(4);
  if (last_four.size() != 4) return in.fail();
  last_four.copy(fact.card.last_four.data(), 4);
  fact.idempotency.key = {in.number(), in.number()};
  fact.idempotency.body = in.number();
  read_items(in, fact.items);
}

void read_fields(PackReader& in, Sent& fact) {
  fact.attempt = read_attempt(in);
  fact.relay = {in.narrow<std::uint16_t>()};
  fact.reference = read_fixed<12>(in);
  fact.stan = in.narrow<std::uint32_t>();
}

template <class Answered>
void read_answer(PackReader& in, Answered& fact, std::size_t more) {
  fact.attempt = read_attempt(in);
  fact.code = read_fixed<2>(in);
  fact.approval_code = read_fixed<6>(in);
  if (more == 0) return;
  fact.verdict = read_enumeration(in, Answer::no_verdict);
  // A value has one form only: what the code says by itself stands nowhere else.
  if (*fact.verdict == answer_of(fact.code) || more == 2) in.fail();
  if (more < 3) return;
  Money& held = fact.held.emplace();
  held.minor_units = in.signed_number();
  held.currency = {in.narrow<std::uint16_t>()};
}
void read_fields(PackReader& in, Answered& fact, std::size_t more) {
  read_answer(in, fact, more);
}
void read_fields(PackReader& in, AnsweredLate& fact, std::size_t more) {
  read_answer(in, fact, more);
}

// A code that is there only where there was one.
ResponseCode read_code_behind(PackReader& in, std::size_t more) {
  if (more == 0) return {};
  const auto code = read_fixed<2>(in);
  if (code.empty()) in.fail();
  return code;
}

void read_fields(PackReader& in, FellInDoubt& fact, std::size_t more) {
  fact.attempt = read_attempt(in);
  fact.reason = read_enumeration(in, DoubtReason::no_verdict);
  fact.code = read_code_behind(in, more);
}

void read_fields(PackReader& in, ReversalDecided& fact) {
  fact.attempt = read_attempt(in);
  fact.reason = read_enumeration(in, ReversalReason::held_unlike);
}

void read_fields(PackReader& in, Reversed& fact) {
  fact.attempt = read_attempt(in);
  fact.code = read_fixed<2>(in);
}

void read_fields(PackReader& in, DoubtEscalated& fact, std::size_t more) {
  fact.attempt = read_attempt(in);
  fact.tries = in.narrow<std::uint16_t>();
  fact.last_code = read_code_behind(in, more);
}

void read_fields(PackReader& in, CaseResolved& fact) {
  fact.attempt = read_attempt(in);
  fact.outcome = read_enumeration(in, CaseOutcome::authorized);
  fact.approval_code = read_fixed<6>(in);
}

void read_fields(PackReader& in, ApprovalObtained& fact) {
  fact.approval_code = read_fixed<6>(in);
}

void read_fields(PackReader& in, OrdersRemoved& fact) {
  read_removal(in, fact);
}

template <class Bare>
requires std::is_empty_v<Bare>
void read_fields(PackReader&, Bare&) {}

// How many elements the array of a fact has in version 1, its version with them.
template <class Alternative>
constexpr std::size_t elements = 1;
template <>
constexpr std::size_t elements<Sent> = 5;
template <>
constexpr std::size_t elements<Answered> = 4;
template <>
constexpr std::size_t elements<AnsweredLate> = 4;
template <>
constexpr std::size_t elements<FellInDoubt> = 3;
template <>
constexpr std::size_t elements<ReversalDecided> = 3;
template <>
constexpr std::size_t elements<Reversed> = 3;
template <>
constexpr std::size_t elements<DoubtEscalated> = 3;
template <>
constexpr std::size_t elements<ApprovalObtained> = 2;
template <>
constexpr std::size_t elements<OrdersRemoved> = removal_elements;
template <>
constexpr std::size_t elements<CaseResolved> = 4;

// How many more there may be of a fact that has something to say only now and then.
template <class Alternative>
constexpr std::size_t more_elements_max = 0;
template <>
constexpr std::size_t more_elements_max<Answered> = 3;
template <>
constexpr std::size_t more_elements_max<AnsweredLate> = 3;
template <>
constexpr std::size_t more_elements_max<FellInDoubt> = 1;
template <>
constexpr std::size_t more_elements_max<DoubtEscalated> = 1;

template <class Alternative>
void read_body(PackReader& in, Alternative& fact) {
  const std::size_t count = in.array();
  const bool fits = count >= elements<Alternative> &&
                    count <= elements<Alternative> + more_elements_max<Alternative>;
  if (!fits || in.number() != body_version) return in.fail();
  if constexpr (more_elements_max < Alternative >> 0)
    read_fields(in, fact, count - elements<Alternative>);
  else
    read_fields(in, fact);
}

void read_timing(PackReader& in, Received& fact) {
  fact.urgency = static_cast<Urgency>(in.number(1));
  const std::uint64_t verdict_by = in.number(INT64_MAX);
  if (verdict_by != 0) fact.verdict_by = Timestamp(Duration(verdict_by));
  const std::uint64_t expected_within = in.number(UINT32_MAX);
  if (expected_within != 0) fact.expected_within = std::chrono::milliseconds(expected_within);
  // A value has one form only: what says nothing here is of version 1.
  if (fact.urgency == Urgency::normal && verdict_by == 0 && expected_within == 0) in.fail();
}

void read_body(PackReader& in, Received& fact) {
  const std::size_t count = in.array();
  const std::uint64_t version = in.number();
  const bool timed = version == timed_body_version;
  if (!(timed || version == body_version) ||
      count != received_elements + (timed ? timing_elements : 0))
    in.fail();
  read_fields(in, fact);
  if (timed) read_timing(in, fact);
}

template <std::size_t index = 0>
void read_kind(PackReader& in, std::size_t kind, Fact& fact) {
  if constexpr (index < fact_kinds) {
    if (kind != index) return read_kind<index + 1>(in, kind, fact);
    read_body(in, fact.emplace<index>());
  }
}

}  // namespace

Result<Fact> decode_fact(std::uint8_t kind, std::string_view body) {
  if (kind >= fact_kinds)
    return Error{"a record is of kind " + std::to_string(kind) +
                 ", which this version of Spillway does not know"};
  if (body.size() > limits::record_body_max)
    return Error{"the body of a record is longer than a record may be"};
  PackReader in(body);
  Fact fact;
  read_kind(in, kind, fact);
  if (in.failed() || !in.at_end())
    return Error{"the body of a record of kind " + std::to_string(kind) +
                 " is malformed, or of a version that this Spillway does not know"};
  return fact;
}

}  // namespace spillway::storage
