// Projecting: each order that a batch of events touches is loaded once, and what changes is written
// in the order of the keys, so that neighbours share the pages that are copied.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/base/limits.hpp"
#include "storage/views/lmdb_views.hpp"
#include "storage/views/lmdb_views_batch.hpp"
#include "storage/views/row_codec.hpp"

namespace spillway::storage {

void project_event(std::optional<OrderRow>& row, const StoredEvent& stored) {
  const Event& event = stored.event;
  if (const auto* received = std::get_if<Received>(&event.fact)) {
    SPILLWAY_CHECK(!row, "an order was received twice");
    row.emplace(OrderRow{open_order(event.order, *received, event.at), event.at,
                         received->idempotency, received->reference});
    return;
  }
  SPILLWAY_CHECK(row.has_value(), "an event belongs to no order");
  apply(row->state, event, stored.number);
}

void LmdbViews::apply_events(MDB_txn* transaction, std::span<const StoredEvent> events,
                             Batch& batch) const {
  State& state = batch.state;
  for (const StoredEvent& stored : events) {
    SPILLWAY_CHECK(stored.number.value > state.position, "events to project are out of order");
    state.position = stored.number.value;
    if (const auto* removed = std::get_if<OrdersRemoved>(&stored.event.fact)) {
      apply_removal(transaction, *removed, batch);
      continue;
    }
    const auto [place, fresh] = batch.orders.try_emplace(stored.event.order);
    Batch::Touched& touched = place->second;
    const auto* received = std::get_if<Received>(&stored.event.fact);
    if (fresh && received == nullptr) {
      OrderRow row;
      if (load(transaction, stored.event.order, row)) {
        touched.status_before = row.state.status;
        touched.row = std::move(row);
      }
    }
    const auto before = touched.row ? std::optional(touched.row->state.status) : std::nullopt;
    project_event(touched.row, stored);
    if (const auto told = told_by(before, touched.row->state, stored.number))
      batch.events.emplace_back(event_key(touched.row->state.shop, stored.number), *told);
    if (received == nullptr) continue;
    batch.references.push_back(
        with_number(reference_prefix(received->shop, received->reference), stored.event.order));
    if (stored.event.order.value >= state.last_mark + limits::views_mark_interval) {
      state.last_mark = stored.event.order.value;
      batch.marks.push_back({state.last_mark, state.latest_received_us, 0});
    }
    state.latest_received_us = std::max(state.latest_received_us,
                                        std::int64_t{stored.event.at.time_since_epoch().count()});
  }
  state.fingerprint = fingerprint_of(events.back());
  for (auto& [number, touched] : batch.orders) batch.sorted.emplace_back(number, &touched);
  std::sort(batch.sorted.begin(), batch.sorted.end());
  std::sort(batch.references.begin(), batch.references.end());
}

int LmdbViews::write_rows(MDB_txn* transaction, Batch& batch) const {
  Cursor cursor(transaction, orders_table());
  std::string bytes;
  for (const auto& [number, touched] : batch.sorted) {
    encode_row(*touched->row, checksum_, bytes);
    MDB_val key = to_value(number.value);
    MDB_val value = to_value(bytes);
    const bool append = number.value > batch.state.last_order;
    if (const int code = cursor.put(key, value, append ? MDB_APPEND : 0U); code != 0) return code;
    if (append) batch.state.last_order = number.value;
    if (needed_by_recovery(touched->row->state))
      batch.state.first_needed = std::min(batch.state.first_needed, number.value);
  }
  return 0;
}

int LmdbViews::write_lists(MDB_txn* transaction, Batch& batch) const {
  std::vector<std::pair<std::string, std::string>> statuses;
  statuses.reserve(batch.sorted.size());
  for (const auto& [number, touched] : batch.sorted) {
    const OrderState& state = touched->row->state;
    if (touched->status_before == state.status) continue;
    statuses.emplace_back(with_number(shop_prefix(state.shop), number), status_byte(state.status));
  }
  std::sort(statuses.begin(), statuses.end());
  Cursor by_shop(transaction, by_shop_table());
  for (const auto& [key_text, status] : statuses) {
    MDB_val key = to_value(key_text);
    MDB_val value = to_value(status);
    if (const int code = by_shop.put(key, value, 0); code != 0) return code;
  }
  Cursor by_reference(transaction, by_reference_table());
  for (const std::string& key_text : batch.references) {
    MDB_val key = to_value(key_text);
    MDB_val value = to_value(std::string_view());
    if (const int code = by_reference.put(key, value, 0); code != 0) return code;
  }
  return 0;
}

int LmdbViews::write_marks(MDB_txn* transaction, Batch& batch) const {
  for (StoredMark& mark : batch.marks) {
    mark.checksum = checksum_.of(mark.checked());
    MDB_val key = to_value(mark.order);
    MDB_val value{sizeof mark, &mark};
    if (const int code = mdb_put(transaction, marks_table(), &key, &value, 0); code != 0)
      return code;
  }
  return 0;
}

// Looks at a bounded number of rows: the mark may lag behind, which costs recovery a little time
// and a projection none.
void LmdbViews::advance_first_needed(MDB_txn* transaction, State& state) const {
  Cursor cursor(transaction, orders_table());
  MDB_val key = to_value(state.first_needed);
  MDB_val value{};
  int code = cursor.get(key, value, MDB_SET_RANGE);
  std::uint64_t number = state.first_needed;
  for (std::size_t looked = 0; looked < limits::views_scan_max; ++looked) {
    if (code == MDB_NOTFOUND) {
      state.first_needed = state.position + 1;
      return;
    }
    if (code != MDB_SUCCESS || key.mv_size != sizeof number) stop_damaged("a row's key");
    std::memcpy(&number, key.mv_data, sizeof number);
    state.first_needed = number;
    if (row_is_needed(to_text(value))) return;
    code = cursor.get(key, value, MDB_NEXT);
  }
}

int LmdbViews::write(WriteTransaction& transaction, Batch& batch) const {
  if (const int code = write_removals(transaction.get(), batch); code != 0) return code;
  if (const int code = write_rows(transaction.get(), batch); code != 0) return code;
  if (const int code = write_lists(transaction.get(), batch); code != 0) return code;
  if (const int code = write_events(transaction.get(), batch); code != 0) return code;
  if (const int code = write_marks(transaction.get(), batch); code != 0) return code;
  advance_first_needed(transaction.get(), batch.state);
  if (const int code = put_state(transaction, batch.state); code != 0) return code;
  return transaction.commit();
}

void LmdbViews::project(std::span<const StoredEvent> events) {
  if (events.empty()) return;
  WriteTransaction transaction(*environment_);
  Batch batch;
  batch.state = state_;
  batch.orders.reserve(events.size());
  apply_events(transaction.get(), events, batch);
  const int code = write(transaction, batch);
  if (code == MDB_MAP_FULL || code == ENOSPC || code == EDQUOT) return;
  // After a failed sync LMDB would go on as if nothing had been.
  SPILLWAY_CHECK(code == MDB_SUCCESS, "the views cannot be written: " + lmdb_text(code));
  state_ = batch.state;
  first_needed_.store(state_.first_needed, std::memory_order_release);
  position_.store(state_.position, std::memory_order_release);
  environment_->keep_reserve();
}

}  // namespace spillway::storage
