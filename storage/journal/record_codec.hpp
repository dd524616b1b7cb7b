// The bodies of records: each fact as one MessagePack array whose first element is the version of
// its form. docs/data-format.md has the grammar. A form that was ever written stays readable.
//
// The commonest and largest, `received`, can be encoded straight from views into a request: one
// allocation, no `Received` in between.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "storage/base/message_pack.hpp"
#include "storage/journal/entry.hpp"

namespace spillway::storage {

constexpr std::uint8_t body_version = 1;
constexpr std::uint8_t timed_body_version = 2;  // of `received`, with a timing

// `Received` without its items, as views that hold for the call.
struct ReceivedView {
  ShopId shop;
  RelayId relay;
  std::string_view reference;
  std::string_view member;
  std::string_view buyer_name;
  std::string_view buyer_email;
  Money amount;
  MaskedCard card;
  IdempotencyMark idempotency;
  Urgency urgency = Urgency::normal;
  std::optional<Timestamp> verdict_by = std::nullopt;                       // after 1970 began
  std::optional<std::chrono::milliseconds> expected_within = std::nullopt;  // at least one

  // Whether it says more than version 1 can. What it can say, it says.
  bool timed() const { return urgency != Urgency::normal || verdict_by || expected_within; }
};

namespace detail {
constexpr std::size_t received_elements = 15;  // of version 1
constexpr std::size_t timing_elements = 3;     // more in version 2
std::size_t received_head_bound(const ReceivedView& view);
void write_received_head(PackWriter& out, const ReceivedView& view);
void write_received_timing(PackWriter& out, const ReceivedView& view);  // nothing in version 1
}  // namespace detail

// The body of a `received` record. `items`: any range with size() whose elements have code, name,
// quantity and unit_price.
template <class Items>
std::string encode_received(const ReceivedView& view, const Items& items) {
  std::size_t bound = detail::received_head_bound(view) + PackWriter::array_max;
  for (const auto& item : items)
    bound += PackWriter::array_max + PackWriter::text_max(item.code.size()) +
             PackWriter::text_max(item.name.size()) + 2 * PackWriter::number_max;
  std::string body(bound, '\0');
  PackWriter out(body.data());
  detail::write_received_head(out, view);
  out.array(items.size());
  for (const auto& item : items) {
    out.array(4);
    out.text(item.code);
    out.text(item.name);
    out.signed_number(item.quantity);
    out.signed_number(item.unit_price);
  }
  detail::write_received_timing(out, view);
  body.resize(static_cast<std::size_t>(out.end() - body.data()));
  return body;
}

// The entry of an order that is accepted now, with its card for the vault.
template <class Items>
Entry make_received_entry(const ReceivedView& view, const Items& items, Timestamp at,
                          const SealedCard& card) {
  Entry entry;
  entry.at = at;
  entry.body = encode_received(view, items);
  entry.card = card;
  return entry;
}

}  // namespace spillway::storage
