// Taking closed orders out of the journal, and what stays of them: a line in the books, a hash of
// each record in the chain, or of a whole link whose records have all gone.
#include <algorithm>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/journal/tombstone.hpp"
#include "storage/lmdb/lmdb_row_erasure.hpp"

namespace spillway::storage {

using journal_errors::damaged;
using journal_errors::must_be_whole;
using journal_errors::must_be_written;

RecordNumber LmdbJournal::remove_orders(std::span<const LeavingOrder> orders, Timestamp at) {
  SPILLWAY_CHECK(!orders.empty(), "no orders are to be removed");
  const RecordNumber number = next_number();
  const RecordSeal seal(books_key_);
  OrdersRemoved fact;
  std::vector<RemovedRecord> removed;
  WriteTransaction transaction(*environment_);
  RecordChain lines;
  lines.begin({});
  for (const LeavingOrder& leaving : orders) {
    SPILLWAY_CHECK(fact.orders.empty() || fact.orders.back().order < leaving.line.order,
                   "orders are not removed in their order");
    fact.orders.push_back({leaving.line.order, leaving.records});
    BookLine line = leaving.line;
    line.removed_by = number;
    lines.add(put_line(transaction.get(), line, seal));
    for (const RecordNumber record : leaving.records)
      removed.emplace_back(record.value, take_out(transaction.get(), line.order, record));
    MDB_val key = to_value(line.order.value);
    const int code = mdb_del(transaction.get(), cards_table(), &key, nullptr);
    if (code != MDB_NOTFOUND) must_be_written(code, "erasing a card");
  }
  fact.books = lines.end({orders.front().line.order.value}, {orders.back().line.order.value});
  std::sort(removed.begin(), removed.end());
  bury(transaction, removed);

  JournalState state = state_;
  state.last = number.value;
  state.removed_records += removed.size();
  state.removed_orders += orders.size();
  chain_.begin(state.head);
  {
    Cursor records(transaction.get(), records_table());
    Cursor cards(transaction.get(), cards_table());
    append(records, cards, number, make_entry({orders.front().line.order, at, std::move(fact)}));
  }
  state.head = chain_.end(number, number);
  put_link(transaction, {number, number, state.head});
  put_state(transaction, state);
  must_be_written(transaction.commit(), "commit of a removal");
  state_ = state;
  last_.store(state.last, std::memory_order_release);
  room_.store(environment_->keep_reserve(), std::memory_order_relaxed);
  return number;
}

std::string LmdbJournal::put_line(MDB_txn* transaction, const BookLine& line,
                                  const RecordSeal& seal) const {
  const std::string body = encode_line(line);
  std::string stored(body.size() + RecordSeal::overhead, '\0');
  seal.seal({line.order.value}, {line.order, line.outcome_at, 0, body}, stored.data());
  MDB_val key = to_value(line.order.value);
  MDB_val value = to_value(stored);
  must_be_written(mdb_put(transaction, books_table(), &key, &value, MDB_NOOVERWRITE), "books");
  return stored;
}

// Gives the hash that the record had when it was written.
ChainHash LmdbJournal::take_out(MDB_txn* transaction, OrderNumber order, RecordNumber number) {
  MDB_val key = to_value(number.value);
  MDB_val value{};
  must_be_written(mdb_get(transaction, records_table(), &key, &value), "finding a record");
  std::string buffer;
  const auto stored = open_record(number, to_text(value), buffer);
  if (!stored) must_be_whole(damaged(stored.error().message));
  SPILLWAY_CHECK(stored->event.order == order, "a record is to be removed with another's order");
  ChainHash hash = chain_.hash_of(to_text(value));
  must_be_written(delete_row_for_good(transaction, records_table(), number.value, value.mv_size),
                  "removing a record");
  if (mdb_get(transaction, erased_table(), &key, &value) == MDB_SUCCESS) {
    const auto tombstone = tombstone_from(number, to_text(value), checksum_);
    if (!tombstone)
      must_be_whole(damaged("what is left of record " + std::to_string(number.value) +
                            " has a wrong checksum"));
    hash = tombstone->hash;
  }
  return hash;
}

// ---- The chain ----

void LmdbJournal::bury(WriteTransaction& transaction,
                       std::span<const RemovedRecord> removed) const {
  while (!removed.empty()) {
    ChainLink link;
    {
      Cursor links(transaction.get(), chain_table());
      MDB_val key = to_value(removed.front().first);
      MDB_val value{};
      must_be_written(links.get(key, value, MDB_SET_RANGE), "finding a link");
      const auto found = link_at(key, value);
      if (!found) must_be_whole(found.error());
      link = *found;
    }
    const auto end = std::ranges::find_if(
        removed, [&](const RemovedRecord& each) { return each.first > link.last.value; });
    const auto count = static_cast<std::size_t>(end - removed.begin());
    bury_in_link(transaction, link, removed.first(count));
    removed = removed.subspan(count);
  }
}

void LmdbJournal::bury_in_link(WriteTransaction& transaction, const ChainLink& link,
                               std::span<const RemovedRecord> removed) const {
  const auto next_in = [&](MDB_dbi table) {
    Cursor cursor(transaction.get(), table);
    MDB_val key = to_value(link.first.value);
    MDB_val value{};
    std::uint64_t number = link.last.value + 1;
    const int code = cursor.get(key, value, MDB_SET_RANGE);
    if (code != MDB_NOTFOUND) must_be_written(code, "looking into a link");
    if (code == MDB_SUCCESS) std::memcpy(&number, key.mv_data, sizeof number);
    return number;
  };
  if (next_in(records_table()) <= link.last.value) {
    for (const auto& [number, hash] : removed) {
      const std::string tombstone = to_bytes({number}, {Erasure::removed, hash}, checksum_);
      MDB_val key = to_value(number);
      MDB_val value = to_value(tombstone);
      must_be_written(mdb_put(transaction.get(), erased_table(), &key, &value, 0), "tombstone");
    }
    return;
  }
  for (std::uint64_t number = next_in(erased_table()); number <= link.last.value;
       number = next_in(erased_table())) {
    MDB_val key = to_value(number);
    must_be_written(mdb_del(transaction.get(), erased_table(), &key, nullptr), "tombstone");
  }
  const std::string bytes = link_bytes(link, true);
  MDB_val key = to_value(link.last.value);
  MDB_val value = to_value(bytes);
  must_be_written(mdb_put(transaction.get(), chain_table(), &key, &value, 0), "merged link");
}

// ---- The books ----

Result<BookLine> LmdbJournal::open_line(OrderNumber order, std::string_view stored) const {
  const Error wrong =
      damaged("the line of order " + std::to_string(order.value) + " in the books does not open");
  std::string buffer;
  const auto content = books_seal_.open({order.value}, stored, buffer);
  if (!content || content->order != order) return wrong;
  auto line = decode_line(order, content->at, content->body);
  if (!line) return wrong;
  return std::move(*line);
}

Result<std::optional<BookLine>> LmdbJournal::try_book_line(OrderNumber order) const {
  if (!has_books()) return std::optional<BookLine>();
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(order.value);
  MDB_val value{};
  const int code = mdb_get(transaction.get(), books_table(), &key, &value);
  if (code == MDB_NOTFOUND) return std::optional<BookLine>();
  if (code != MDB_SUCCESS) return damaged("the books cannot be read: " + lmdb_text(code));
  auto line = open_line(order, to_text(value));
  if (!line) return line.error();
  return std::optional(std::move(*line));
}

std::optional<BookLine> LmdbJournal::book_line(OrderNumber order) const {
  auto line = try_book_line(order);
  if (!line) must_be_whole(line.error());
  return std::move(*line);
}

Result<void> LmdbJournal::try_each_line(const std::function<void(const BookLine&)>& visit) const {
  if (!has_books()) return {};
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), books_table());
  MDB_val key{};
  MDB_val value{};
  int code = cursor.get(key, value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = cursor.get(key, value, MDB_NEXT)) {
    OrderNumber order;
    if (key.mv_size != sizeof order.value) return damaged("a line of the books has no number");
    std::memcpy(&order.value, key.mv_data, sizeof order.value);
    const auto line = open_line(order, to_text(value));
    if (!line) return line.error();
    visit(*line);
  }
  if (code != MDB_NOTFOUND) return damaged("the books cannot be read: " + lmdb_text(code));
  return {};
}

Result<void> LmdbJournal::check_lines(RecordNumber number, const OrdersRemoved& removed) const {
  const ReadTransaction transaction(*environment_);
  RecordChain lines;
  lines.begin({});
  for (const RemovedOrder& each : removed.orders) {
    MDB_val key = to_value(each.order.value);
    MDB_val value{};
    if (!has_books() || mdb_get(transaction.get(), books_table(), &key, &value) != MDB_SUCCESS)
      return damaged("the line of order " + std::to_string(each.order.value) +
                     " is missing in the books");
    const auto line = open_line(each.order, to_text(value));
    if (!line) return line.error();
    if (line->removed_by != number)
      return damaged("order " + std::to_string(each.order.value) + " was removed twice");
    lines.add(to_text(value));
  }
  if (lines.end({removed.orders.front().order.value}, {removed.orders.back().order.value}) !=
      removed.books)
    return damaged("the lines of record " + std::to_string(number.value) +
                   " in the books are not those that it was written with");
  return {};
}

}  // namespace spillway::storage
