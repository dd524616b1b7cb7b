// Opening the journal, and writing to it.
#include "storage/journal/lmdb_journal.hpp"

#include <algorithm>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "engine/order/limits.hpp"
#include "storage/base/limits.hpp"

namespace spillway::storage {

namespace journal_errors {

// The one place that says what happens when the disk does not take what must be written.
void must_be_written(int code, const char* step) {
  SPILLWAY_CHECK(code == MDB_SUCCESS, std::string("the journal cannot be written (") + step +
                                          "): " + lmdb_text(code) +
                                          ". What was answered before is safe on disk");
}

Error damaged(const std::string& what) {
  return Error{"the journal is damaged: " + what};
}

void must_be_whole(const Error& error) {
  SPILLWAY_CHECK(false, error.message);
}

}  // namespace journal_errors

using journal_errors::damaged;
using journal_errors::must_be_written;

namespace {

constexpr TableName tables[] = {
    {"records", MDB_INTEGERKEY}, {"cards", MDB_INTEGERKEY},  {"state", 0},
    {"chain", MDB_INTEGERKEY},   {"erased", MDB_INTEGERKEY}, {"books", MDB_INTEGERKEY}};
constexpr std::size_t tables_without_chain = 3;
constexpr std::size_t tables_without_books = 5;

}  // namespace

// ---- Opening ----

Result<std::unique_ptr<LmdbJournal>> LmdbJournal::open(const std::filesystem::path& folder,
                                                       const Keyring& keys,
                                                       const Options& options) {
  auto environment = LmdbEnvironment::open(folder, options);
  if (!environment) return environment.error();
  std::unique_ptr<LmdbJournal> journal(new LmdbJournal(std::move(*environment), keys));
  if (auto opened = journal->open_tables(options.read_only); !opened) return opened.error();
  if (auto checked = journal->check_records(); !checked) return checked.error();
  if (auto checked = journal->check_head(); !checked) return checked.error();
  journal->room_ = !options.read_only && journal->environment_->keep_reserve();
  journal->room_checked_ = std::chrono::steady_clock::now();
  return journal;
}

Result<void> LmdbJournal::open_tables(bool read_only) {
  const std::span<const TableName> all(tables);
  const std::span<MDB_dbi> places(tables_);
  if (environment_->is_new()) {
    if (auto opened = environment_->open_tables(
            all, places, [&](WriteTransaction& transaction) { begin_chain(transaction); });
        !opened)
      return opened;
    return read_state();
  }
  const auto nothing = [](WriteTransaction&) {};
  if (auto opened = environment_->open_tables(all.first(tables_without_chain), places, nothing);
      !opened)
    return opened;
  if (auto read = read_state(); !read) return read;
  return open_later_tables(read_only);
}

// The tables that came with a later format, or what such a journal has instead of them.
Result<void> LmdbJournal::open_later_tables(bool read_only) {
  const std::span<const TableName> all(tables);
  const std::span<MDB_dbi> places(tables_);
  const auto nothing = [](WriteTransaction&) {};
  const std::size_t known = has_books()   ? std::size(tables)
                            : has_chain() ? tables_without_books
                                          : tables_without_chain;
  const auto names = all.first(known).subspan(tables_without_chain);
  if (auto opened = environment_->open_tables(names, places.subspan(tables_without_chain), nothing);
      !opened)
    return opened;
  if (read_only || has_books()) return {};
  if (!has_chain()) {
    // Every record must open before the chain vouches for it.
    std::vector<StoredEvent> events;
    for (std::uint64_t next = state_.first; next <= state_.last;
         next = events.back().number.value + 1) {
      events.clear();
      if (auto read = try_read_from({next}, limits::projection_batch, events); !read) return read;
    }
  }
  const auto begin = [&](WriteTransaction& transaction) {
    if (!has_chain()) return begin_chain(transaction);
    JournalState state = state_;
    state.format = journal_format;
    put_state(transaction, state);
  };
  if (auto added = environment_->add_tables(all.subspan(known), places.subspan(known), begin);
      !added)
    return added;
  return read_state();
}

Result<void> LmdbJournal::read_state() {
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(journal_state_key);
  MDB_val value{};
  if (mdb_get(transaction.get(), state_table(), &key, &value) != MDB_SUCCESS)
    return damaged("it does not know its own end");
  const auto state = journal_state_from(to_text(value), checksum_);
  if (!state) return damaged("its state has a wrong checksum, or the master key is another one");
  if (state->format == 0 || state->format > journal_format_restored)
    return Error{"the journal is of format " + std::to_string(state->format) +
                 ", which this version of Spillway does not know"};
  if (state->transaction != environment_->last_transaction())
    return damaged("it is not as the last commit left it");
  state_ = *state;
  first_ = state->first;
  last_ = state->last;
  return read_gaps();
}

Result<void> LmdbJournal::check_records() const {
  const ReadTransaction transaction(*environment_);
  MDB_stat stat;
  if (mdb_stat(transaction.get(), records_table(), &stat) != MDB_SUCCESS ||
      stat.ms_entries != state_.last - state_.first + 1 - state_.removed_records - passed_over())
    return damaged("it has not as many records as its numbers say");
  if (stat.ms_entries == 0) return {};
  Cursor cursor(transaction.get(), records_table());
  std::string buffer;
  for (const MDB_cursor_op end : {MDB_FIRST, MDB_LAST}) {
    MDB_val key{};
    MDB_val value{};
    std::uint64_t number = 0;
    if (cursor.get(key, value, end) != MDB_SUCCESS || key.mv_size != sizeof number)
      return damaged("it has not as many records as its numbers say");
    std::memcpy(&number, key.mv_data, sizeof number);
    if (number < state_.first || number > state_.last || (end == MDB_LAST && number != state_.last))
      return damaged("record " + std::to_string(state_.last) + " is missing");
    if (auto event = open_record({number}, to_text(value), buffer); !event)
      return damaged(event.error().message);
  }
  return {};
}

// ---- Writing ----

void LmdbJournal::put_state(WriteTransaction& transaction, JournalState& state) const {
  state.transaction = transaction.id();
  const std::string bytes = to_bytes(state, checksum_);
  MDB_val key = to_value(journal_state_key);
  MDB_val value = to_value(bytes);
  must_be_written(mdb_put(transaction.get(), state_table(), &key, &value, 0), "state");
}

void LmdbJournal::append(Cursor& records, Cursor& cards, RecordNumber number, const Entry& entry) {
  const bool opens = entry.kind == 0;
  SPILLWAY_CHECK(entry.body.size() <= limits::record_body_max, "a record is too long");
  SPILLWAY_CHECK(
      opens ? entry.order.value == 0 : entry.order.value != 0 && entry.order.value < number.value,
      "a record belongs to no order before it");
  SPILLWAY_CHECK(opens || !entry.card, "a card came without its order");
  const OrderNumber order = opens ? OrderNumber{number.value} : entry.order;

  MDB_val key = to_value(number.value);
  MDB_val value{entry.body.size() + RecordSeal::overhead, nullptr};
  must_be_written(records.put(key, value, MDB_APPEND | MDB_RESERVE), "record");
  seal_.seal(number, {order, entry.at, entry.kind, entry.body}, static_cast<char*>(value.mv_data));
  chain_.add(to_text(value));
  if (entry.card) put_card(cards, order, *entry.card, MDB_APPEND);
}

RecordNumber LmdbJournal::commit(std::span<const std::span<const Entry>> groups) {
  const RecordNumber first = next_number();
  std::uint64_t next = first.value;
  erased_cards_.clear();
  chain_.begin(state_.head);
  WriteTransaction transaction(*environment_);
  {
    Cursor records(transaction.get(), records_table());
    Cursor cards(transaction.get(), cards_table());
    for (const std::span<const Entry> group : groups) {
      for (const Entry& entry : group) {
        append(records, cards, {next}, entry);
        if (entry.erase_card) erased_cards_.push_back(entry.order);
        ++next;
      }
    }
  }
  if (next == first.value) return first;
  std::sort(erased_cards_.begin(), erased_cards_.end());
  for (const OrderNumber order : erased_cards_) {
    MDB_val key = to_value(order.value);
    const int code = mdb_del(transaction.get(), cards_table(), &key, nullptr);
    if (code != MDB_NOTFOUND) must_be_written(code, "erasing a card");
  }
  JournalState state = state_;
  state.last = next - 1;
  state.head = chain_.end(first, {state.last});
  put_link(transaction, {first, {state.last}, state.head});
  put_state(transaction, state);
  must_be_written(transaction.commit(), "commit");
  state_ = state;
  first_.store(state.first, std::memory_order_release);
  last_.store(state.last, std::memory_order_release);
  room_.store(environment_->keep_reserve(), std::memory_order_relaxed);
  environment_->write_ahead();
  return first;
}

bool LmdbJournal::has_room_for_orders() const {
  if (room_.load(std::memory_order_relaxed)) return true;
  const std::unique_lock guard(room_mutex_, std::try_to_lock);
  const auto now = std::chrono::steady_clock::now();
  if (!guard || now - room_checked_ < limits::room_check_interval) return false;
  room_checked_ = now;
  room_ = environment_->keep_reserve();
  return room_;
}

}  // namespace spillway::storage
