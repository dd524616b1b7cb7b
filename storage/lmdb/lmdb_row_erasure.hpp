// Deleting a row for good. LMDB moves the rows behind a deleted one up and leaves the place that
// this frees on the page as it is, with a copy of what was moved, for as long as the page lives.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lmdb.h>

namespace spillway::storage {

// Of a table with MDB_INTEGERKEY, whose row `number` has `size` bytes. LMDB's error, or 0.
int delete_row_for_good(MDB_txn* transaction, MDB_dbi table, std::uint64_t number,
                        std::size_t size);

}  // namespace spillway::storage
