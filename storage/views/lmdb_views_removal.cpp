// Taking what has left the journal out of the views, so that they are what a replay of the rest
// makes.
#include "engine/base/invariants.hpp"
#include "storage/views/lmdb_views.hpp"
#include "storage/views/lmdb_views_batch.hpp"

namespace spillway::storage {

// A row that is not there was never made: the views were begun anew after the removal.
void LmdbViews::apply_removal(MDB_txn* transaction, const OrdersRemoved& removed,
                              Batch& batch) const {
  OrderRow row;
  for (const RemovedOrder& each : removed.orders) {
    SPILLWAY_CHECK(!batch.orders.contains(each.order),
                   "an order was removed whose events were not projected yet");
    if (!load(transaction, each.order, row)) continue;
    const ShopId shop = row.state.shop;
    Batch::Removed gone{each.order,
                        with_number(shop_prefix(shop), each.order),
                        with_number(reference_prefix(shop, row.reference), each.order),
                        {}};
    for (const RecordNumber record : each.records) gone.events.push_back(event_key(shop, record));
    batch.removed.push_back(std::move(gone));
  }
}

int LmdbViews::write_removals(MDB_txn* transaction, const Batch& batch) const {
  for (const Batch::Removed& gone : batch.removed) {
    MDB_val key = to_value(gone.order.value);
    if (const int code = mdb_del(transaction, orders_table(), &key, nullptr); code != 0)
      return code;
    key = to_value(gone.listed);
    if (const int code = mdb_del(transaction, by_shop_table(), &key, nullptr); code != 0)
      return code;
    key = to_value(gone.referenced);
    if (const int code = mdb_del(transaction, by_reference_table(), &key, nullptr); code != 0)
      return code;
    for (const std::string& event : gone.events) {
      key = to_value(event);
      const int code = mdb_del(transaction, events_table(), &key, nullptr);
      if (code != 0 && code != MDB_NOTFOUND) return code;
    }
  }
  return 0;
}

}  // namespace spillway::storage
