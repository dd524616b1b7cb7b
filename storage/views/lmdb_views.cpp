#include "storage/views/lmdb_views.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>

#include "engine/base/invariants.hpp"
#include "engine/order/limits.hpp"
#include "storage/base/private_files.hpp"
#include "storage/views/lmdb_views_keys.hpp"
#include "storage/views/row_codec.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

Error damaged(const std::string& what) {
  return Error{"the views are damaged: " + what};
}

}  // namespace

// ---- Opening ----

Result<std::unique_ptr<LmdbViews>> LmdbViews::open(const fs::path& folder, const Keyring& keys,
                                                   const Options& options) {
  auto environment = LmdbEnvironment::open(folder, options);
  if (!environment) return environment.error();
  std::unique_ptr<LmdbViews> views(new LmdbViews(std::move(*environment), keys));
  constexpr TableName names[] = {{"orders", MDB_INTEGERKEY}, {"by_shop", 0}, {"by_reference", 0},
                                 {"marks", MDB_INTEGERKEY},  {"state", 0},   {"events", 0}};
  int code = 0;
  auto opened = views->environment_->open_tables(
      names, views->tables_,
      [&](WriteTransaction& transaction) { code = views->put_state(transaction, State{}); });
  if (!opened) return opened.error();
  if (code != 0) return Error{"the views cannot be made: " + lmdb_text(code)};
  if (auto read = views->read_state(); !read) return read.error();
  if (!options.read_only) views->environment_->keep_reserve();
  return views;
}

Result<void> LmdbViews::read_state() {
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(views_state_key);
  MDB_val value{};
  if (mdb_get(transaction.get(), state_table(), &key, &value) != MDB_SUCCESS)
    return damaged("they do not know how far they have come");
  StoredViewsState stored;
  if (value.mv_size != sizeof stored) return damaged("their state is of another form");
  std::memcpy(&stored, value.mv_data, sizeof stored);
  if (stored.checksum != checksum_.of(stored.checked()) || stored.form != views_form)
    return damaged("their state is of another form, or under another master key");
  if (stored.transaction != environment_->last_transaction())
    return damaged("they are not as the last transaction left them");
  state_ = {stored.position,           stored.fingerprint, stored.first_needed,
            stored.latest_received_us, stored.last_mark,   stored.last_order};
  position_ = state_.position;
  first_needed_ = state_.first_needed;
  return {};
}

int LmdbViews::put_state(const WriteTransaction& transaction, const State& state) const {
  StoredViewsState stored;
  stored.transaction = transaction.id();
  stored.position = state.position;
  stored.fingerprint = state.fingerprint;
  stored.first_needed = state.first_needed;
  stored.latest_received_us = state.latest_received_us;
  stored.last_mark = state.last_mark;
  stored.last_order = state.last_order;
  stored.checksum = checksum_.of(stored.checked());
  MDB_val key = to_value(views_state_key);
  MDB_val value{sizeof stored, &stored};
  return mdb_put(transaction.get(), state_table(), &key, &value, 0);
}

std::uint64_t LmdbViews::fingerprint_of(const StoredEvent& stored) const {
  const Entry entry = make_entry(stored.event);
  return checksum_.of(std::to_string(stored.event.order.value) + ' ' +
                      std::to_string(entry.at.time_since_epoch().count()) + ' ' + entry.body);
}

bool LmdbViews::belong_to(const Journal& journal) const {
  if (position().value == 0) return true;
  const auto stored = journal.read(position());
  return stored && fingerprint_of(*stored) == state_.fingerprint;
}

void LmdbViews::stop_damaged(const std::string& what) const {
  std::ofstream(environment_->folder() / damage_mark) << what << '\n';
  stop_process("the views are damaged (" + what + "); the next start builds them anew", __FILE__,
               __LINE__);
}

Result<std::unique_ptr<LmdbViews>> open_views(const fs::path& folder, const Keyring& keys,
                                              const Journal& journal,
                                              const LmdbViews::Options& options) {
  if (auto made = ensure_private_folder(folder); !made) return made.error();
  if (auto free = LmdbEnvironment::check_free(folder); !free) return free.error();
  if (!fs::exists(folder / LmdbViews::damage_mark)) {
    auto views = LmdbViews::open(folder, keys, options);
    if (views && (*views)->belong_to(journal)) return views;
  }
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return Error{"cannot remove the damaged " + folder.string() + ": " + error.message()};
  return LmdbViews::open(folder, keys, options);
}

// ---- Reading ----

bool LmdbViews::load(MDB_txn* transaction, OrderNumber number, OrderRow& row) const {
  MDB_val key = to_value(number.value);
  MDB_val value{};
  const int code = mdb_get(transaction, orders_table(), &key, &value);
  if (code == MDB_NOTFOUND) return false;
  if (code != MDB_SUCCESS || !decode_row(number, to_text(value), checksum_, row))
    stop_damaged("the row of order " + std::to_string(number.value));
  return true;
}

std::optional<OrderRow> LmdbViews::order(OrderNumber number) const {
  const ReadTransaction transaction(*environment_);
  OrderRow row;
  if (!load(transaction.get(), number, row)) return std::nullopt;
  return row;
}

// Walks one shop's keys downwards from the newest. The lists only lead to rows; what a row says
// decides, so that a damaged list shows nobody another shop's order.
ListPage LmdbViews::list(const ListQuery& query) const {
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), query.reference ? by_reference_table() : by_shop_table());
  const std::string prefix =
      query.reference ? reference_prefix(query.shop, *query.reference) : shop_prefix(query.shop);
  const std::uint64_t before =
      query.before.value == 0 ? std::numeric_limits<std::uint64_t>::max() : query.before.value;
  std::string seek = with_number(prefix, {before});
  MDB_val key = to_value(seek);
  MDB_val value{};
  const int code = cursor.get(key, value, MDB_SET_RANGE);
  ListPage page;
  OrderRow row;
  std::size_t scanned = 0;
  OrderNumber last_seen;
  for (int at = cursor.get(key, value, code == MDB_SUCCESS ? MDB_PREV : MDB_LAST);
       at == MDB_SUCCESS && to_text(key).starts_with(prefix);
       at = cursor.get(key, value, MDB_PREV)) {
    if (page.orders.size() >= query.limit || scanned >= limits::list_scan_max) {
      page.next_before = last_seen;
      return page;
    }
    ++scanned;
    if (to_text(key).size() != prefix.size() + 8) continue;  // a longer reference
    last_seen = number_at_end(to_text(key));
    const bool status_fits = !query.status || query.reference ||
                             to_text(value) == std::string_view(status_byte(*query.status));
    if (!status_fits) continue;
    if (!load(transaction.get(), last_seen, row) || row.state.shop != query.shop)
      stop_damaged("a list leads to order " + std::to_string(last_seen.value) + " wrongly");
    if (!query.status || row.state.status == *query.status) page.orders.push_back(last_seen);
  }
  return page;
}

std::vector<OrderRow> LmdbViews::newest(OrderNumber before, std::size_t count) const {
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), orders_table());
  const std::uint64_t seek =
      before.value == 0 ? std::numeric_limits<std::uint64_t>::max() : before.value;
  MDB_val key = to_value(seek);
  MDB_val value{};
  std::vector<OrderRow> rows;
  OrderRow row;
  const int found = cursor.get(key, value, MDB_SET_RANGE);
  for (int code = cursor.get(key, value, found == MDB_SUCCESS ? MDB_PREV : MDB_LAST);
       code == MDB_SUCCESS && rows.size() < count; code = cursor.get(key, value, MDB_PREV)) {
    std::uint64_t number = 0;
    if (key.mv_size != sizeof number) stop_damaged("a row has no order's number");
    std::memcpy(&number, key.mv_data, sizeof number);
    if (!decode_row({number}, to_text(value), checksum_, row))
      stop_damaged("the row of order " + std::to_string(number));
    rows.push_back(row);
  }
  return rows;
}

// A snapshot is held for one batch of rows only.
Result<void> LmdbViews::try_each_order(OrderNumber first,
                                       const std::function<void(const OrderRow&)>& visit) const {
  std::uint64_t next = first.value;
  OrderRow row;
  while (true) {
    const ReadTransaction transaction(*environment_);
    Cursor cursor(transaction.get(), orders_table());
    MDB_val key = to_value(next);
    MDB_val value{};
    int code = cursor.get(key, value, MDB_SET_RANGE);
    for (std::size_t count = 0; code == MDB_SUCCESS && count < limits::projection_batch; ++count) {
      if (key.mv_size != sizeof next) return damaged("a row has no order's number");
      std::memcpy(&next, key.mv_data, sizeof next);
      if (!decode_row({next}, to_text(value), checksum_, row))
        return damaged("the row of order " + std::to_string(next));
      visit(row);
      ++next;
      code = cursor.get(key, value, MDB_NEXT);
    }
    if (code == MDB_NOTFOUND) return {};
    if (code != MDB_SUCCESS) return damaged("the rows cannot be read: " + lmdb_text(code));
  }
}

void LmdbViews::for_each_order(OrderNumber first,
                               const std::function<void(const OrderRow&)>& visit) const {
  if (const auto visited = try_each_order(first, visit); !visited)
    stop_damaged(visited.error().message);
}

// Clocks step backwards, so the times of orders need not rise with their numbers; the latest time
// so far does.
OrderNumber LmdbViews::first_needed(Timestamp since) const {
  const std::uint64_t open = first_needed_.load(std::memory_order_acquire);
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), marks_table());
  MDB_val key{};
  MDB_val value{};
  for (int code = cursor.get(key, value, MDB_LAST); code == MDB_SUCCESS;
       code = cursor.get(key, value, MDB_PREV)) {
    StoredMark mark;
    if (value.mv_size != sizeof mark || key.mv_size != sizeof mark.order)
      stop_damaged("a mark is of another form");
    std::memcpy(&mark, value.mv_data, sizeof mark);
    if (mark.checksum != checksum_.of(mark.checked())) stop_damaged("a mark has a wrong checksum");
    if (mark.latest_before_us < since.time_since_epoch().count())
      return {std::min(open, mark.order)};
  }
  return {std::min<std::uint64_t>(open, 1)};
}

}  // namespace spillway::storage
