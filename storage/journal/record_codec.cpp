#include "storage/journal/record_codec.hpp"

#include <type_traits>

#include "storage/journal/removal_codec.hpp"

namespace spillway::storage {

namespace {

// Of every fact but `received`: a few numbers and codes of bounded length.
constexpr std::size_t small_body_bound = 96;

ReceivedView view_of(const Received& fact) {
  return {fact.shop,        fact.relay,       fact.reference,  fact.member,
          fact.buyer.name,  fact.buyer.email, fact.amount,     fact.card,
          fact.idempotency, fact.urgency,     fact.verdict_by, fact.expected_within};
}

void write_fields(PackWriter& out, const Sent& fact) {
  out.array(5);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(fact.relay.value);
  out.text(fact.reference.view());
  out.number(fact.stan);
}

// `Answered` and `AnsweredLate`. A verdict that the code alone does not give comes behind, and
// behind it the sum that the answer named.
template <class Answered>
void write_answer(PackWriter& out, const Answered& fact) {
  const bool judged = fact.verdict && *fact.verdict != answer_of(fact.code);
  out.array(4U + (judged ? 1U : 0U) + (judged && fact.held ? 2U : 0U));
  out.number(body_version);
  out.number(fact.attempt.value);
  out.text(fact.code.view());
  out.text(fact.approval_code.view());
  if (!judged) return;
  out.number(static_cast<std::uint64_t>(*fact.verdict));
  if (!fact.held) return;
  out.signed_number(fact.held->minor_units);
  out.number(fact.held->currency.numeric);
}
void write_fields(PackWriter& out, const Answered& fact) {
  write_answer(out, fact);
}
void write_fields(PackWriter& out, const AnsweredLate& fact) {
  write_answer(out, fact);
}

void write_fields(PackWriter& out, const FellInDoubt& fact) {
  out.array(fact.code.empty() ? 3 : 4);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(static_cast<std::uint64_t>(fact.reason));
  if (!fact.code.empty()) out.text(fact.code.view());
}

void write_fields(PackWriter& out, const ReversalDecided& fact) {
  out.array(3);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(static_cast<std::uint64_t>(fact.reason));
}

void write_fields(PackWriter& out, const Reversed& fact) {
  out.array(3);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.text(fact.code.view());
}

void write_fields(PackWriter& out, const DoubtEscalated& fact) {
  out.array(fact.last_code.empty() ? 3 : 4);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(fact.tries);
  if (!fact.last_code.empty()) out.text(fact.last_code.view());
}

void write_fields(PackWriter& out, const ApprovalObtained& fact) {
  out.array(2);
  out.number(body_version);
  out.text(fact.approval_code.view());
}

void write_fields(PackWriter& out, const CaseResolved& fact) {
  out.array(4);
  out.number(body_version);
  out.number(fact.attempt.value);
  out.number(static_cast<std::uint64_t>(fact.outcome));
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
  if (const auto* removed = std::get_if<OrdersRemoved>(&fact)) return encode_removal(*removed);
  if (const auto* received = std::get_if<Received>(&fact))
    return encode_received(view_of(*received), received->items);
  std::string body(small_body_bound, '\0');
  PackWriter out(body.data());
  std::visit(
      [&](const auto& alternative) {
        using Alternative = std::decay_t<decltype(alternative)>;
        if constexpr (!std::is_same_v<Alternative, Received> &&
                      !std::is_same_v<Alternative, OrdersRemoved>)
          write_fields(out, alternative);
      },
      fact);
  body.resize(static_cast<std::size_t>(out.end() - body.data()));
  return body;
}

}  // namespace

namespace detail {

std::size_t received_head_bound(const ReceivedView& view) {
  return PackWriter::array_max + (9 + detail::timing_elements) * PackWriter::number_max +
         PackWriter::text_max(view.reference.size()) + PackWriter::text_max(view.member.size()) +
         PackWriter::text_max(view.buyer_name.size()) +
         PackWriter::text_max(view.buyer_email.size()) +
         PackWriter::text_max(view.card.last_four.size());
}

void write_received_head(PackWriter& out, const ReceivedView& view) {
  out.array(detail::received_elements + (view.timed() ? detail::timing_elements : 0));
  out.number(view.timed() ? timed_body_version : body_version);
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

void write_received_timing(PackWriter& out, const ReceivedView& view) {
  if (!view.timed()) return;
  out.number(static_cast<std::uint64_t>(view.urgency));
  out.number(view.verdict_by
                 ? static_cast<std::uint64_t>(view.verdict_by->time_since_epoch().count())
                 : 0);
  out.number(view.expected_within ? static_cast<std::uint64_t>(view.expected_within->count()) : 0);
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

}  // namespace spillway::storage
