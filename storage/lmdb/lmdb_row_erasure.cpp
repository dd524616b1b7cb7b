#include "storage/lmdb/lmdb_row_erasure.hpp"

#include <cstring>

#include "storage/lmdb/lmdb_environment.hpp"

namespace spillway::storage {

namespace {

// LMDB 0.9 puts a longer row on pages of its own (me_nodemax), which are freed with it.
constexpr std::size_t row_overhead = 16;  // a node's header and its key
std::size_t in_page_max(std::size_t page_size) {
  return (((page_size - 16) / 2) & ~std::size_t{1}) - 2 - row_overhead;
}

}  // namespace

// A row of zeros of the same size takes exactly the place that was left, and nothing is behind it
// when it goes.
int delete_row_for_good(MDB_txn* transaction, MDB_dbi table, std::uint64_t number,
                        std::size_t size) {
  MDB_val key = to_value(number);
  if (const int code = mdb_del(transaction, table, &key, nullptr); code != 0) return code;
  MDB_stat stat;
  if (const int code = mdb_stat(transaction, table, &stat); code != 0) return code;
  if (size > in_page_max(stat.ms_psize)) return 0;
  MDB_val value{size, nullptr};
  if (const int code = mdb_put(transaction, table, &key, &value, MDB_RESERVE); code != 0)
    return code;
  std::memset(value.mv_data, 0, size);
  return mdb_del(transaction, table, &key, nullptr);
}

}  // namespace spillway::storage
