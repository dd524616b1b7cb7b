// LMDB with the care it needs: one opener at a time, files that only the owner reads, everything of
// a new file on disk before it is used, readers that are never held, disk space taken ahead, and a
// look at what LMDB itself does not look at. Never WRITEMAP (SIGBUS on a full disk), NOSYNC or
// MAPASYNC; nor NOMEMINIT, which would let pieces of the heap reach the disk.
//
// Threads: one write transaction at a time; reads from any thread.
#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lmdb.h>

#include "engine/base/result.hpp"
#include "storage/base/limits.hpp"

namespace spillway::storage {

class LmdbEnvironment;

// Gives its snapshot back at the end of its life, which must not be longer than a call: one that
// is held keeps LMDB from using freed pages again, and the file grows.
class ReadTransaction {
 public:
  explicit ReadTransaction(const LmdbEnvironment& environment);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  MDB_txn* get() const { return transaction_; }

 private:
  const LmdbEnvironment& environment_;
  MDB_txn* transaction_;
};

// Aborts unless committed. Results are LMDB's codes: what a failure means is the caller's to say.
class WriteTransaction {
 public:
  explicit WriteTransaction(const LmdbEnvironment& environment, unsigned flags = 0);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  MDB_txn* get() const { return transaction_; }
  std::uint64_t id() const { return mdb_txn_id(transaction_); }
  int commit();

 private:
  MDB_txn* transaction_;
};

class Cursor {
 public:
  Cursor(MDB_txn* transaction, MDB_dbi table);
  ~Cursor() { mdb_cursor_close(cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  int get(MDB_val& key, MDB_val& value, MDB_cursor_op operation) {
    return mdb_cursor_get(cursor_, &key, &value, operation);
  }
  int put(MDB_val& key, MDB_val& value, unsigned flags) {
    return mdb_cursor_put(cursor_, &key, &value, flags);
  }

 private:
  MDB_cursor* cursor_;
};

inline MDB_val to_value(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}
inline MDB_val to_value(const std::uint64_t& number) {  // key of an MDB_INTEGERKEY table
  return {sizeof number, const_cast<std::uint64_t*>(&number)};
}
inline std::string_view to_text(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// A read transaction that is under way, of this process or another.
struct LmdbReader {
  int process = 0;
  std::uint64_t thread = 0;
  std::uint64_t transaction = 0;  // the last one that it sees
  friend auto operator<=>(const LmdbReader&, const LmdbReader&) = default;
};

struct TableName {
  const char* name;
  unsigned flags;
};

#ifdef __SANITIZE_THREAD__  // leaves a process 1.5 TiB of addresses, for two environments
constexpr std::size_t map_size_default = limits::journal_map_size / 16;
#else
constexpr std::size_t map_size_default = limits::journal_map_size;
#endif

class LmdbEnvironment {
 public:
  struct Options {
    std::size_t map_size = map_size_default;
    // Disk space held ahead of what is used, so that a disk filled by others stops new orders and
    // not outcomes.
    std::size_t reserve = limits::journal_reserve;
    std::size_t extension = limits::data_file_extension;  // taken at a time
    // Of a folder that nobody has open to write: neither makes nor changes a file, so that it may
    // lie on a medium that takes none, and belong to somebody else.
    bool read_only = false;
  };

  // The error says in a sentence what hinders.
  static Result<std::unique_ptr<LmdbEnvironment>> open(const std::filesystem::path& folder,
                                                       const Options& options);
  // Whether nobody has the folder open to write; makes nothing.
  static Result<void> check_stopped(const std::filesystem::path& folder);
  // Whether nobody has the folder open.
  static Result<void> check_free(const std::filesystem::path& folder);
  ~LmdbEnvironment();
  LmdbEnvironment(const LmdbEnvironment&) = delete;
  LmdbEnvironment& operator=(const LmdbEnvironment&) = delete;

  // No transaction was ever committed here.
  bool is_new() const { return last_transaction() == 0; }
  std::uint64_t last_transaction() const;

  // Opens the tables. A new environment makes them and, in the same transaction, what `fill` puts.
  Result<void> open_tables(std::span<const TableName> names, std::span<MDB_dbi> tables,
                           const std::function<void(WriteTransaction&)>& fill) const;

  // Makes tables that an earlier version of Spillway did not know, and in the same transaction what
  // `fill` puts. Not for an environment that is only read.
  Result<void> add_tables(std::span<const TableName> names, std::span<MDB_dbi> tables,
                          const std::function<void(WriteTransaction&)>& fill) const;

  // Takes disk space ahead where it can; says whether the reserve is there, in the map and on disk.
  // Counts only pages that were never used: a freed one may be held by a reader.
  bool keep_reserve() const;

  // Fills the next piece of that space with zeros, when the last one is about to be used up, so
  // that commits overwrite blocks that were written before. Blocks that are only reserved make each
  // sync a commit of the file system's own journal: 0.66 ms instead of 0.14 ms on ext4.
  //
  // Only on the thread that writes, between two write transactions.
  void write_ahead();

  std::vector<LmdbReader> readers() const;

  // Takes the readers of processes that are gone off LMDB's table; how many there were.
  std::size_t clear_dead_readers() const;

  std::size_t page_size() const;
  std::uint64_t last_page() const;  // of those ever used

  const std::filesystem::path& folder() const { return folder_; }

 private:
  friend class ReadTransaction;
  friend class WriteTransaction;

  LmdbEnvironment(const std::filesystem::path& folder, const Options& options)
      : folder_(folder), options_(options) {}
  Result<void> open_tables(WriteTransaction& transaction, std::span<const TableName> names,
                           std::span<MDB_dbi> tables, bool make) const;
  Result<void> lock();
  Result<void> open_files();
  Result<void> check_metas() const;
  Error emptied() const;
  int descriptor() const;

  std::filesystem::path folder_;
  Options options_;
  int lock_ = -1;
  MDB_env* environment_ = nullptr;
  std::size_t written_ = 0;  // the file is known to be written up to here
  // Finished read transactions, reset: renewing one costs neither an allocation nor LMDB's lock.
  mutable std::mutex idle_mutex_;
  mutable std::vector<MDB_txn*> idle_;
};

// What LMDB's code means, for a sentence.
std::string lmdb_text(int code);

// Stops the process on any code but success: for what can only fail by a bug or a broken machine.
void check_lmdb(int code, const char* what);

}  // namespace spillway::storage
