// Transactions and cursors, and what their codes mean.
#include <utility>

#include "engine/base/invariants.hpp"
#include "storage/lmdb/lmdb_environment.hpp"

namespace spillway::storage {

std::string lmdb_text(int code) {
  return mdb_strerror(code);
}

void check_lmdb(int code, const char* what) {
  SPILLWAY_CHECK(code == MDB_SUCCESS, std::string(what) + ": " + lmdb_text(code));
}

ReadTransaction::ReadTransaction(const LmdbEnvironment& environment)
    : environment_(environment), transaction_(nullptr) {
  {
    const std::lock_guard guard(environment.idle_mutex_);
    if (!environment.idle_.empty()) {
      transaction_ = environment.idle_.back();
      environment.idle_.pop_back();
    }
  }
  if (transaction_ != nullptr)
    check_lmdb(mdb_txn_renew(transaction_), "a read transaction does not begin");
  else
    check_lmdb(mdb_txn_begin(environment.environment_, nullptr, MDB_RDONLY, &transaction_),
               "a read transaction does not begin");
}

ReadTransaction::~ReadTransaction() {
  mdb_txn_reset(transaction_);
  const std::lock_guard guard(environment_.idle_mutex_);
  environment_.idle_.push_back(transaction_);
}

WriteTransaction::WriteTransaction(const LmdbEnvironment& environment, unsigned flags)
    : transaction_(nullptr) {
  check_lmdb(mdb_txn_begin(environment.environment_, nullptr, flags, &transaction_),
             "a write transaction does not begin");
}

WriteTransaction::~WriteTransaction() {
  if (transaction_ != nullptr) mdb_txn_abort(transaction_);
}

int WriteTransaction::commit() {
  MDB_txn* transaction = std::exchange(transaction_, nullptr);  // freed whatever comes of it
  return mdb_txn_commit(transaction);
}

Cursor::Cursor(MDB_txn* transaction, MDB_dbi table) : cursor_(nullptr) {
  check_lmdb(mdb_cursor_open(transaction, table, &cursor_), "a cursor does not open");
}

}  // namespace spillway::storage
