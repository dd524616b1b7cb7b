#include "storage/record_codec.hpp"

#include <type_traits>

#include "engine/limits.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t received_elements = 15;
// Of every fact but `received`: a few numbers and codes of bounded length.
constexpr std::size_t small_body_bound = 96;

ReceivedView view_of(const Received& fact) {
  return {fact.shop,        fact.relay,  fact.reference, fact.member,     fact.buyer.name,
          fact.buyer.email, fact.amount, fact.card,      fact.idempotency};
}

void write_fields(PackWriter& out, const Sent& fact) {
  out.array(5);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(fact.relay.value);
  out.text(fact.reference.view());
  out.number(fact.stan);
}

// `Answered` and `AnsweredLate`.
template <class Answer>
void write_answer(PackWriter& out, const Answer& fact) {
  out.array(4);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.text(fact.code.view());
  out.text(fact.approval_code.view());
}
void write_fields(PackWriter& out, const Answered& fact) {
  write_answer(out, fact);
}
void write_fields(PackWriter& out, const AnsweredLate& fact) {
  write_answer(out, fact);
}

// `FellInDoubt` and `ReversalDecided`.
template <class Reasoned>
void write_reasoned(PackWriter& out, const Reasoned& fact) {
  out.array(3);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(static_cast<std::uint64_t>(fact.reason));
}
void write_fields(PackWriter& out, const FellInDoubt& fact) {
  write_reasoned(out, fact);
}
void write_fields(PackWriter& out, const ReversalDecided& fact) {
  write_reasoned(out, fact);
}

void write_fields(PackWriter& out, const Reversed& fact) {
  out.array(3);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.text(fact.code.view());
}

void write_fields(PackWriter& out, const DoubtEscalated& fact) {
  out.array(3);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(fact.tries);
}

void write_fields(PackWriter& out, const ApprovalObtained& fact) {
  out.array(2);
  out.number(body_version);
  out.text(fact.approval_code.view());
}

// Facts that say all by having happened.
template <class Bare>
requires std::is_empty_v<Bare>
void write_fields(PackWriter& out, const Bare&) {
  out.array(1);
  out.number(body_version);
}

std::string encode(const Fact& fact) {
  if (const auto* received = std::get_if<Received>(&fact))
    return encode_received(view_of(*received), received->items);
  std::string body(small_body_bound, '\0');
  PackWriter out(body.data());
  std::visit(
      [&](const auto& alternative) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(alternative)>, Received>)
          write_fields(out, alternative);
      },
      fact);
  body.resize(static_cast<std::size_t>(out.end() - body.data()));
  return body;
}

// ---- Reading ----

template <std::size_t capacity>
FixedString<capacity> read_fixed(PackReader& in) {
  return FixedString<capacity>(in.text(capacity));
}

template <class Narrow>
Narrow read_narrow(PackReader& in) {
  return static_cast<Narrow>(in.number(std::numeric_limits<Narrow>::max()));
}

// An enumeration whose values run from 1 to `last`.
template <class Enumeration>
Enumeration read_enumeration(PackReader& in, Enumeration last) {
  const std::uint64_t value = in.number(static_cast<std::uint64_t>(last));
  if (value == 0) in.fail();
  return static_cast<Enumeration>(value);
}

Attempt read_attempt(PackReader& in) {
  return {read_narrow<std::uint16_t>(in)};
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
  fact.shop = {read_narrow<std::uint32_t>(in)};
  fact.relay = {read_narrow<std::uint16_t>(in)};
  fact.reference = in.text();
  fact.member = in.text();
  fact.buyer.name = in.text();
  fact.buyer.email = in.text();
  fact.amount.minor_units = in.signed_number();
  fact.amount.currency = {read_narrow<std::uint16_t>(in)};
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
  fact.relay = {read_narrow<std::uint16_t>(in)};
  fact.reference = read_fixed<12>(in);
  fact.stan = read_narrow<std::uint32_t>(in);
}

template <class Answer>
void read_answer(PackReader& in, Answer& fact) {
  fact.attempt = read_attempt(in);
  fact.code = read_fixed<2>(in);
  fact.approval_code = read_fixed<6>(in);
}
void read_fields(PackReader& in, Answered& fact) {
  read_answer(in, fact);
}
void read_fields(PackReader& in, AnsweredLate& fact) {
  read_answer(in, fact);
}

void read_fields(PackReader& in, FellInDoubt& fact) {
  fact.attempt = read_attempt(in);
  fact.reason = read_enumeration(in, DoubtReason::restart);
}

void read_fields(PackReader& in, ReversalDecided& fact) {
  fact.attempt = read_attempt(in);
  fact.reason = read_enumeration(in, ReversalReason::late_approval);
}

void read_fields(PackReader& in, Reversed& fact) {
  fact.attempt = read_attempt(in);
  fact.code = read_fixed<2>(in);
}

void read_fields(PackReader& in, DoubtEscalated& fact) {
  fact.attempt = read_attempt(in);
  fact.tries = read_narrow<std::uint16_t>(in);
}

void read_fields(PackReader& in, ApprovalObtained& fact) {
  fact.approval_code = read_fixed<6>(in);
}

template <class Bare>
requires std::is_empty_v<Bare>
void read_fields(PackReader&, Bare&) {}

// How many elements the array of a fact has in version 1, its version with them.
template <class Alternative>
constexpr std::size_t elements = 1;
template <>
constexpr std::size_t elements<Received> = received_elements;
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

template <class Alternative>
void read_body(PackReader& in, Alternative& fact) {
  in.array_of(elements<Alternative>);
  if (in.number() != body_version) in.fail();
  read_fields(in, fact);
}

template <std::size_t index = 0>
void read_kind(PackReader& in, std::size_t kind, Fact& fact) {
  if constexpr (index < fact_kinds) {
    if (kind != index) return read_kind<index + 1>(in, kind, fact);
    read_body(in, fact.emplace<index>());
  }
}

}  // namespace

namespace detail {

std::size_t received_head_bound(const ReceivedView& view) {
  return PackWriter::array_max + 9 * PackWriter::number_max +
         PackWriter::text_max(view.reference.size()) + PackWriter::text_max(view.member.size()) +
         PackWriter::text_max(view.buyer_name.size()) +
         PackWriter::text_max(view.buyer_email.size()) +
         PackWriter::text_max(view.card.last_four.size());
}

void write_received_head(PackWriter& out, const ReceivedView& view) {
  out.array(received_elements);
  out.number(body_version);
  out.number(view.shop.value);
  out.number(view.relay.value);
  out.text(view.reference);
  out.text(view.member);
  out.text(view.buyer_name);
  out.text(view.buyer_email);
  out.signed_number(view.amount.minor_units);
  out.number(view.amount.currency.numeric);
  out.number(static_cast<std::uint64_t>(view.card.company));
  out.text({view.card.last_four.data(), view.card.last_four.size()});
  out.number(view.idempotency.key[0]);
  out.number(view.idempotency.key[1]);
  out.number(view.idempotency.body);
}

}  // namespace detail

Entry make_entry(const Event& event) {
  Entry entry;
  entry.order = event.order;
  entry.at = event.at;
  entry.kind = static_cast<std::uint8_t>(event.fact.index());
  entry.body = encode(event.fact);
  return entry;
}

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
