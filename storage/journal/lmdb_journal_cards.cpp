// The vault's cards, which lie beside the records.
#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/journal/lmdb_journal.hpp"

namespace spillway::storage {

using journal_errors::damaged;
using journal_errors::must_be_whole;
using journal_errors::must_be_written;

namespace {

constexpr std::size_t stored_card_size = SealedCard::size + 8;

}  // namespace

void LmdbJournal::put_card(Cursor& cards, OrderNumber order, const SealedCard& card,
                           unsigned flags) const {
  MDB_val key = to_value(order.value);
  MDB_val value{stored_card_size, nullptr};
  must_be_written(cards.put(key, value, MDB_RESERVE | flags), "card");
  auto* out = static_cast<char*>(value.mv_data);
  std::memcpy(out, card.bytes.data(), SealedCard::size);
  put_big_endian(out + SealedCard::size, card_checksum(order, card));
}

std::uint64_t LmdbJournal::card_checksum(OrderNumber order, const SealedCard& card) const {
  std::array<char, 8 + SealedCard::size> bytes;
  put_big_endian(bytes.data(), order.value);
  std::memcpy(bytes.data() + 8, card.bytes.data(), SealedCard::size);
  return checksum_.of({bytes.data(), bytes.size()});
}

Result<SealedCard> LmdbJournal::open_card(OrderNumber order, std::string_view stored) const {
  SealedCard card;
  if (stored.size() == stored_card_size) {
    std::memcpy(card.bytes.data(), stored.data(), SealedCard::size);
    if (get_big_endian<std::uint64_t>(stored.data() + SealedCard::size) ==
        card_checksum(order, card))
      return card;
  }
  return damaged("the card of order " + std::to_string(order.value) + " has a wrong checksum");
}

std::vector<std::optional<SealedCard>> LmdbJournal::cards(
    std::span<const OrderNumber> orders) const {
  std::vector<std::optional<SealedCard>> found(orders.size());
  const ReadTransaction transaction(*environment_);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    MDB_val key = to_value(orders[i].value);
    MDB_val value{};
    const int code = mdb_get(transaction.get(), cards_table(), &key, &value);
    if (code == MDB_NOTFOUND) continue;
    SPILLWAY_CHECK(code == MDB_SUCCESS, "the vault cannot be read: " + lmdb_text(code));
    const auto card = open_card(orders[i], to_text(value));
    if (!card) must_be_whole(card.error());
    found[i] = *card;
  }
  return found;
}

std::vector<StoredCard> LmdbJournal::cards_from(OrderNumber first, std::size_t count) const {
  std::vector<StoredCard> found;
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), cards_table());
  MDB_val key = to_value(first.value);
  MDB_val value{};
  int code = cursor.get(key, value, MDB_SET_RANGE);
  for (; code == MDB_SUCCESS && found.size() < count; code = cursor.get(key, value, MDB_NEXT)) {
    OrderNumber order;
    if (key.mv_size != sizeof order.value) must_be_whole(damaged("a card has no order's number"));
    std::memcpy(&order.value, key.mv_data, sizeof order.value);
    const auto card = open_card(order, to_text(value));
    if (!card) must_be_whole(card.error());
    found.push_back({order, *card});
  }
  SPILLWAY_CHECK(code == MDB_SUCCESS || code == MDB_NOTFOUND,
                 "the vault cannot be read: " + lmdb_text(code));
  return found;
}

void LmdbJournal::reseal_cards(std::span<const ResealedCard> cards) {
  if (cards.empty()) return;
  WriteTransaction transaction(*environment_);
  {
    Cursor cursor(transaction.get(), cards_table());
    for (const ResealedCard& each : cards) {
      MDB_val key = to_value(each.order.value);
      MDB_val value{};
      const int code = mdb_get(transaction.get(), cards_table(), &key, &value);
      if (code == MDB_NOTFOUND) continue;
      must_be_written(code, "finding a card");
      const auto card = open_card(each.order, to_text(value));
      if (!card) must_be_whole(card.error());
      if (*card == each.before) put_card(cursor, each.order, each.after, 0);
    }
  }
  put_state(transaction, state_);
  must_be_written(transaction.commit(), "commit of cards");
}

Result<void> LmdbJournal::try_each_card(
    const std::function<void(OrderNumber, const SealedCard&)>& visit) const {
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), cards_table());
  MDB_val key{};
  MDB_val value{};
  int code = cursor.get(key, value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = cursor.get(key, value, MDB_NEXT)) {
    OrderNumber order;
    if (key.mv_size != sizeof order.value) return damaged("a card has no order's number");
    std::memcpy(&order.value, key.mv_data, sizeof order.value);
    const auto card = open_card(order, to_text(value));
    if (!card) return card.error();
    visit(order, *card);
  }
  if (code != MDB_NOTFOUND) return damaged("the vault cannot be read: " + lmdb_text(code));
  return {};
}

}  // namespace spillway::storage
