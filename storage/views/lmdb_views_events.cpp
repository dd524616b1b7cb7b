// What shops are told: one entry for each status that an order came to, at the end of its shop's
// part of the table, so that neighbours share the pages that are copied.
#include <algorithm>

#include "storage/views/lmdb_views.hpp"
#include "storage/views/lmdb_views_batch.hpp"

namespace spillway::storage {

namespace {

// Over the key too: an entry that got under another shop's key is not served.
std::uint64_t checksum_of(std::string_view key, const StoredShopEvent& stored,
                          const KeyedHash& hash) {
  std::uint64_t parts[2] = {hash.of(key), hash.of(stored.checked())};
  return hash.of({reinterpret_cast<const char*>(parts), sizeof parts});
}

StoredShopEvent to_stored(const ShopEvent& event) {
  StoredShopEvent stored;
  stored.order = event.order.value;
  stored.at_us = event.at.time_since_epoch().count();
  stored.version = event.version;
  stored.status = static_cast<std::uint8_t>(event.status);
  stored.answer = static_cast<std::uint8_t>(event.answer);
  const std::string_view code = event.approval_code.view();
  stored.approval_code_size = static_cast<std::uint8_t>(code.size());
  std::copy(code.begin(), code.end(), stored.approval_code);
  return stored;
}

ShopEvent from_stored(std::string_view key, const StoredShopEvent& stored) {
  ShopEvent event;
  event.record = {number_at_end(key).value};
  event.order = {stored.order};
  event.version = stored.version;
  event.status = static_cast<Status>(stored.status);
  event.at = Timestamp(Duration(stored.at_us));
  event.answer = static_cast<Answer>(stored.answer);
  event.approval_code =
      ApprovalCode(std::string_view(stored.approval_code, stored.approval_code_size));
  return event;
}

}  // namespace

int LmdbViews::write_events(MDB_txn* transaction, Batch& batch) const {
  std::sort(batch.events.begin(), batch.events.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Cursor cursor(transaction, events_table());
  for (const auto& [key_text, event] : batch.events) {
    StoredShopEvent stored = to_stored(event);
    stored.checksum = checksum_of(key_text, stored, checksum_);
    MDB_val key = to_value(key_text);
    MDB_val value{sizeof stored, &stored};
    if (const int code = cursor.put(key, value, 0); code != 0) return code;
  }
  return 0;
}

std::vector<ShopEvent> LmdbViews::events(ShopId shop, RecordNumber after, std::size_t count) const {
  std::vector<ShopEvent> result;
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), events_table());
  const std::string prefix = shop_prefix(shop);
  const std::string first = event_key(shop, {after.value + 1});
  MDB_val key = to_value(first);
  MDB_val value{};
  for (int code = cursor.get(key, value, MDB_SET_RANGE);
       code == MDB_SUCCESS && result.size() < count && to_text(key).starts_with(prefix);
       code = cursor.get(key, value, MDB_NEXT)) {
    StoredShopEvent stored;
    if (value.mv_size != sizeof stored || to_text(key).size() != first.size())
      stop_damaged("an event of shop " + std::to_string(shop.value) + " is of another form");
    std::memcpy(&stored, value.mv_data, sizeof stored);
    if (stored.checksum != checksum_of(to_text(key), stored, checksum_))
      stop_damaged("an event of shop " + std::to_string(shop.value) + " has a wrong checksum");
    result.push_back(from_stored(to_text(key), stored));
  }
  return result;
}

}  // namespace spillway::storage
