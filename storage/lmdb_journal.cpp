#include "storage/lmdb_journal.hpp"

#include <algorithm>
#include <cstring>

#include "engine/invariants.hpp"
#include "engine/limits.hpp"
#include "storage/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint32_t journal_format = 1;

// What the last commit left. A flipped bit can make LMDB find an older tree, or an empty one; then
// the transaction's number in here is not the environment's.
struct State {
  static constexpr std::size_t size = 36;
  std::uint32_t format = journal_format;
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  std::uint64_t transaction = 0;
};
constexpr std::string_view state_key = "state";

using StateBytes = std::array<char, State::size>;

StateBytes to_bytes(const State& state, const KeyedHash& checksum) {
  StateBytes bytes;
  put_big_endian(bytes.data(), state.format);
  put_big_endian(bytes.data() + 4, state.first);
  put_big_endian(bytes.data() + 12, state.last);
  put_big_endian(bytes.data() + 20, state.transaction);
  put_big_endian(bytes.data() + 28, checksum.of({bytes.data(), 28}));
  return bytes;
}

std::optional<State> from_bytes(std::string_view bytes, const KeyedHash& checksum) {
  if (bytes.size() != State::size ||
      get_big_endian<std::uint64_t>(bytes.data() + 28) != checksum.of(bytes.substr(0, 28)))
    return std::nullopt;
  return State{get_big_endian<std::uint32_t>(bytes.data()),
               get_big_endian<std::uint64_t>(bytes.data() + 4),
               get_big_endian<std::uint64_t>(bytes.data() + 12),
               get_big_endian<std::uint64_t>(bytes.data() + 20)};
}

constexpr std::size_t stored_card_size = SealedCard::size + 8;

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

}  // namespace

// ---- Opening ----

Result<std::unique_ptr<LmdbJournal>> LmdbJournal::open(const std::filesystem::path& folder,
                                                       const Keyring& keys,
                                                       const Options& options) {
  auto environment = LmdbEnvironment::open(folder, options);
  if (!environment) return environment.error();
  std::unique_ptr<LmdbJournal> journal(new LmdbJournal(std::move(*environment), keys));
  if (auto opened = journal->open_tables(); !opened) return opened.error();
  if (auto checked = journal->check_state(); !checked) return checked.error();
  journal->room_ = !options.read_only && journal->environment_->keep_reserve();
  journal->room_checked_ = std::chrono::steady_clock::now();
  return journal;
}

Result<void> LmdbJournal::open_tables() {
  constexpr TableName names[] = {
      {"records", MDB_INTEGERKEY}, {"cards", MDB_INTEGERKEY}, {"state", 0}};
  return environment_->open_tables(
      names, tables_, [&](WriteTransaction& transaction) { put_state(transaction, {0}); });
}

Result<void> LmdbJournal::check_state() {
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(state_key);
  MDB_val value{};
  if (mdb_get(transaction.get(), state_table(), &key, &value) != MDB_SUCCESS)
    return damaged("it does not know its own end");
  const auto state = from_bytes(to_text(value), checksum_);
  if (!state) return damaged("its state has a wrong checksum, or the master key is another one");
  if (state->format != journal_format)
    return Error{"the journal is of format " + std::to_string(state->format) +
                 ", which this version of Spillway does not know"};
  if (state->transaction != environment_->last_transaction())
    return damaged("it is not as the last commit left it");
  first_ = {state->first};
  last_ = state->last;

  MDB_stat stat;
  if (mdb_stat(transaction.get(), records_table(), &stat) != MDB_SUCCESS ||
      stat.ms_entries != state->last - state->first + 1)
    return damaged("it has not as many records as its numbers say");
  if (stat.ms_entries == 0) return {};
  std::vector<StoredEvent> ends;
  for (const std::uint64_t number : {state->first, state->last})
    if (auto read = try_read_from({number}, 1, ends); !read) return read;
  return {};
}

// ---- Writing ----

void LmdbJournal::put_state(WriteTransaction& transaction, RecordNumber last) const {
  const StateBytes bytes =
      to_bytes({journal_format, first_.value, last.value, transaction.id()}, checksum_);
  MDB_val key = to_value(state_key);
  MDB_val value{bytes.size(), const_cast<char*>(bytes.data())};
  must_be_written(mdb_put(transaction.get(), state_table(), &key, &value, 0), "state");
}

void LmdbJournal::append(Cursor& records, Cursor& cards, RecordNumber number,
                         const Entry& entry) const {
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

  if (!entry.card) return;
  value = {stored_card_size, nullptr};
  must_be_written(cards.put(key, value, MDB_APPEND | MDB_RESERVE), "card");
  auto* out = static_cast<char*>(value.mv_data);
  std::memcpy(out, entry.card->bytes.data(), SealedCard::size);
  put_big_endian(out + SealedCard::size, card_checksum(order, *entry.card));
}

RecordNumber LmdbJournal::commit(std::span<const std::span<const Entry>> groups) {
  const RecordNumber first{last_.load(std::memory_order_relaxed) + 1};
  std::uint64_t next = first.value;
  erased_.clear();
  WriteTransaction transaction(*environment_);
  {
    Cursor records(transaction.get(), records_table());
    Cursor cards(transaction.get(), cards_table());
    for (const std::span<const Entry> group : groups) {
      for (const Entry& entry : group) {
        append(records, cards, {next}, entry);
        if (entry.erase_card) erased_.push_back(entry.order);
        ++next;
      }
    }
  }
  if (next == first.value) return first;
  std::sort(erased_.begin(), erased_.end());
  for (const OrderNumber order : erased_) {
    MDB_val key = to_value(order.value);
    const int code = mdb_del(transaction.get(), cards_table(), &key, nullptr);
    if (code != MDB_NOTFOUND) must_be_written(code, "erasing a card");
  }
  put_state(transaction, {next - 1});
  must_be_written(transaction.commit(), "commit");
  last_.store(next - 1, std::memory_order_release);
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

// ---- Reading ----

Result<StoredEvent> LmdbJournal::open_record(RecordNumber number, std::string_view stored,
                                             std::string& buffer) const {
  const auto content = seal_.open(number, stored, buffer);
  if (!content) return content.error();
  auto fact = decode_fact(content->kind, content->body);
  if (!fact) return Error{"record " + std::to_string(number.value) + ": " + fact.error().message};
  return StoredEvent{number, Event{content->order, content->at, std::move(*fact)}};
}

Result<void> LmdbJournal::try_read_from(RecordNumber from, std::size_t count,
                                        std::vector<StoredEvent>& out) const {
  const std::uint64_t last_committed = last().value;
  const std::uint64_t begin = std::max(from.value, first_.value);
  if (begin > last_committed) return {};
  const std::uint64_t end = begin + std::min<std::uint64_t>(count, last_committed - begin + 1);
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), records_table());
  MDB_val key = to_value(begin);
  MDB_val value{};
  std::string buffer;
  for (std::uint64_t number = begin; number < end; ++number) {
    const int code = cursor.get(key, value, number == begin ? MDB_SET_KEY : MDB_NEXT);
    std::uint64_t found = 0;
    if (code == MDB_SUCCESS && key.mv_size == sizeof found)
      std::memcpy(&found, key.mv_data, sizeof found);
    if (found != number) return damaged("record " + std::to_string(number) + " is missing");
    auto event = open_record({number}, to_text(value), buffer);
    if (!event) return damaged(event.error().message);
    out.push_back(std::move(*event));
  }
  return {};
}

void LmdbJournal::read_from(RecordNumber from, std::size_t count,
                            std::vector<StoredEvent>& out) const {
  if (const auto read = try_read_from(from, count, out); !read) must_be_whole(read.error());
}

std::optional<StoredEvent> LmdbJournal::read(RecordNumber number) const {
  if (number < first_ || number > last()) return std::nullopt;
  std::vector<StoredEvent> events;
  read_from(number, 1, events);
  return std::move(events.front());
}

// ---- The vault's cards ----

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
