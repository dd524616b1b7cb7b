// Makes of the last order in a stopped system's views one whose data contradict themselves, and
// which can be read all the same: its row says that an attempt went before its last one, and
// nothing of that one.
//
//   break_order DATA
#include <cstring>
#include <iostream>

#include <lmdb.h>

#include "storage/base/data_folder.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/views/lmdb_views.hpp"
#include "storage/views/lmdb_views_keys.hpp"
#include "storage/views/row_codec.hpp"

namespace spillway::storage {
namespace {

void check(int code) {
  if (code == MDB_SUCCESS) return;
  std::cerr << "LMDB: " << mdb_strerror(code) << '\n';
  std::exit(1);
}

MDB_dbi table(MDB_txn* transaction, const char* name, unsigned flags) {
  MDB_dbi opened = 0;
  check(mdb_dbi_open(transaction, name, flags, &opened));
  return opened;
}

void break_last_row(MDB_txn* transaction, const KeyedHash& checksum) {
  const MDB_dbi orders = table(transaction, "orders", MDB_INTEGERKEY);
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(transaction, orders, &cursor));
  MDB_val key{};
  MDB_val value{};
  check(mdb_cursor_get(cursor, &key, &value, MDB_LAST));
  OrderNumber number;
  std::memcpy(&number.value, key.mv_data, sizeof number.value);
  mdb_cursor_close(cursor);
  OrderRow row;
  if (!decode_row(number, {static_cast<const char*>(value.mv_data), value.mv_size}, checksum, row))
    check(MDB_CORRUPTED);
  ++row.state.attempt.value;
  std::string bytes;
  encode_row(row, checksum, bytes);
  key = {sizeof number.value, &number.value};
  value = {bytes.size(), bytes.data()};
  check(mdb_put(transaction, orders, &key, &value, 0));
}

// The views know which transaction was their last.
void sign(MDB_txn* transaction, const KeyedHash& checksum) {
  const MDB_dbi states = table(transaction, "state", 0);
  std::string name(views_state_key);
  MDB_val key{name.size(), name.data()};
  MDB_val value{};
  check(mdb_get(transaction, states, &key, &value));
  StoredViewsState state;
  if (value.mv_size != sizeof state) check(MDB_CORRUPTED);
  std::memcpy(&state, value.mv_data, sizeof state);
  state.transaction = mdb_txn_id(transaction);
  state.checksum = checksum.of(state.checked());
  value = {sizeof state, &state};
  check(mdb_put(transaction, states, &key, &value, 0));
}

int run(const std::filesystem::path& data) {
  const auto keys = Keyring::look(data, std::nullopt);
  if (!keys) {
    std::cerr << keys.error().message << '\n';
    return 1;
  }
  const KeyedHash checksum(keys->checksums());
  MDB_env* environment = nullptr;
  MDB_txn* transaction = nullptr;
  check(mdb_env_create(&environment));
  check(mdb_env_set_maxdbs(environment, 6));
  check(mdb_env_open(environment, views_folder(data).c_str(), 0, 0600));
  check(mdb_txn_begin(environment, nullptr, 0, &transaction));
  break_last_row(transaction, checksum);
  sign(transaction, checksum);
  check(mdb_txn_commit(transaction));
  mdb_env_close(environment);
  return 0;
}

}  // namespace
}  // namespace spillway::storage

int main(int count, char** arguments) {
  return count == 2 ? spillway::storage::run(arguments[1]) : 2;
}
