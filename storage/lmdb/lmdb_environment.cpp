#include "storage/lmdb/lmdb_environment.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/base/limits.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

// A file of this name says that the first transaction was committed: LMDB would take a file that
// was lost or emptied since for a new one.
constexpr const char* made_mark = "made";

constexpr unsigned tables_max = 8;
constexpr unsigned readers_max = 1'024;

// Where LMDB 0.9's meta page (MDB_page, then MDB_meta in mdb.c) has these two.
constexpr off_t meta_last_page_at = 136;
constexpr off_t meta_transaction_at = 144;

}  // namespace

Result<std::unique_ptr<LmdbEnvironment>> LmdbEnvironment::open(const fs::path& folder,
                                                               const Options& options) {
  if (options.read_only && !fs::exists(folder / "data.mdb"))
    return Error{"there is no data in " + folder.string()};
  auto closed = options.read_only ? check_private_folder(folder) : ensure_private_folder(folder);
  if (!closed) return closed.error();
  std::unique_ptr<LmdbEnvironment> environment(new LmdbEnvironment(folder, options));
  if (auto locked = environment->lock(); !locked) return locked.error();
  if (auto opened = environment->open_files(); !opened) return opened.error();
  if (auto checked = environment->check_metas(); !checked) return checked.error();
  return environment;
}

LmdbEnvironment::~LmdbEnvironment() {
  for (MDB_txn* transaction : idle_) mdb_txn_abort(transaction);
  if (environment_ != nullptr) mdb_env_close(environment_);
  if (lock_ >= 0) ::close(lock_);
}

// LMDB lets several processes write in turn; we do not: each keeps in memory what it wrote. Whoever
// only reads makes no file: where there is no lock nobody has opened the folder to write.
Result<void> LmdbEnvironment::lock() {
  const fs::path path = folder_ / "lock";
  const int flags = options_.read_only ? O_RDONLY : O_RDWR | O_CREAT;
  lock_ = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (lock_ < 0 && options_.read_only && errno == ENOENT) return {};
  if (lock_ < 0) return Error{"cannot open " + path.string() + ": " + std::strerror(errno)};
  if (::flock(lock_, (options_.read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0)
    return Error{"the data in " + folder_.string() +
                 " is in use by another process: is Spillway running there already?"};
  return {};
}

Result<void> LmdbEnvironment::check_free(const fs::path& folder) {
  return LmdbEnvironment(folder, {}).lock();
}

Result<void> LmdbEnvironment::check_stopped(const fs::path& folder) {
  Options options;
  options.read_only = true;
  return LmdbEnvironment(folder, options).lock();
}

Result<void> LmdbEnvironment::open_files() {
  const fs::path data = folder_ / "data.mdb";
  const bool existed = fs::exists(data) && fs::file_size(data) != 0;
  if (!existed && fs::exists(folder_ / made_mark)) return emptied();
  for (const fs::path& path : {data, folder_ / "lock.mdb"})
    if (fs::exists(path))
      if (auto closed = check_private_file(path); !closed) return closed.error();

  check_lmdb(mdb_env_create(&environment_), "LMDB does not start");
  check_lmdb(mdb_env_set_mapsize(environment_, options_.map_size), "LMDB takes no map size");
  check_lmdb(mdb_env_set_maxdbs(environment_, tables_max), "LMDB takes no number of tables");
  check_lmdb(mdb_env_set_maxreaders(environment_, readers_max), "LMDB takes no number of readers");
  const unsigned flags = MDB_NOTLS | (options_.read_only ? MDB_RDONLY | MDB_NOLOCK : 0U);
  if (const int code = mdb_env_open(environment_, folder_.c_str(), flags, 0600); code != 0)
    return Error{"the data in " + folder_.string() + " cannot be opened: " + lmdb_text(code)};
  if (!existed) {
    // LMDB does not sync a new file's first pages, nor its name.
    for (const fs::path& path : {data, folder_})
      if (auto synced = sync_path(path); !synced) return synced.error();
  }
  int dead = 0;
  if (const int code = mdb_reader_check(environment_, &dead); code != 0 && !options_.read_only)
    return Error{"the readers of " + folder_.string() + " cannot be checked: " + lmdb_text(code)};
  return {};
}

// LMDB has two meta pages and takes the one with the larger transaction number; neither has a
// checksum. A bit changed in a number would silently bring back the state before the last commit,
// but then the two no longer follow one another.
Result<void> LmdbEnvironment::check_metas() const {
  const Error damaged{"the data in " + folder_.string() +
                      " is damaged: its two meta pages do not follow one another"};
  std::uint64_t last_page[2] = {};
  std::uint64_t transaction[2] = {};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto page = static_cast<off_t>(i * page_size());
    if (::pread(descriptor(), &last_page[i], 8, page + meta_last_page_at) != 8 ||
        ::pread(descriptor(), &transaction[i], 8, page + meta_transaction_at) != 8)
      return damaged;
  }
  if (transaction[0] == 0 && transaction[1] == 0) {
    if (fs::exists(folder_ / made_mark)) return emptied();
    return {};
  }
  const std::size_t newer = transaction[1] > transaction[0] ? 1 : 0;
  if (transaction[newer] != transaction[1 - newer] + 1 || transaction[newer] % 2 != newer)
    return damaged;
  struct stat status {};
  if (::fstat(descriptor(), &status) != 0 || last_page[newer] < last_page[1 - newer] ||
      last_page[newer] >= static_cast<std::uint64_t>(status.st_size) / page_size())
    return damaged;
  return {};
}

// Tables stay open only when the transaction that opened them is committed, reading or not.
Result<void> LmdbEnvironment::open_tables(WriteTransaction& transaction,
                                          std::span<const TableName> names,
                                          std::span<MDB_dbi> tables, bool make) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const unsigned flags = names[i].flags | (make ? MDB_CREATE : 0U);
    const int code = mdb_dbi_open(transaction.get(), names[i].name, flags, &tables[i]);
    if (code != 0)
      return Error{"the data in " + folder_.string() + " is damaged: the table " + names[i].name +
                   " does not open: " + lmdb_text(code)};
  }
  return {};
}

Result<void> LmdbEnvironment::open_tables(
    std::span<const TableName> names, std::span<MDB_dbi> tables,
    const std::function<void(WriteTransaction&)>& fill) const {
  const bool make = is_new() && !options_.read_only;
  WriteTransaction transaction(*this, options_.read_only ? MDB_RDONLY : 0U);
  if (auto opened = open_tables(transaction, names, tables, make); !opened) return opened;
  if (make) fill(transaction);
  if (const int code = transaction.commit(); code != 0)
    return Error{"the tables in " + folder_.string() + " do not open: " + lmdb_text(code)};
  if (options_.read_only || fs::exists(folder_ / made_mark)) return {};
  return write_private_file(folder_ / made_mark, "");
}

Result<void> LmdbEnvironment::add_tables(std::span<const TableName> names,
                                         std::span<MDB_dbi> tables,
                                         const std::function<void(WriteTransaction&)>& fill) const {
  WriteTransaction transaction(*this);
  if (auto opened = open_tables(transaction, names, tables, true); !opened) return opened;
  fill(transaction);
  if (const int code = transaction.commit(); code != 0)
    return Error{"the tables in " + folder_.string() + " cannot be made: " + lmdb_text(code)};
  return {};
}

Error LmdbEnvironment::emptied() const {
  return Error{"the data in " + folder_.string() + " is gone: data.mdb is missing or empty"};
}

int LmdbEnvironment::descriptor() const {
  int descriptor = -1;
  check_lmdb(mdb_env_get_fd(environment_, &descriptor), "LMDB has no file");
  return descriptor;
}

// LMDB tells its readers as text only: process, thread (hexadecimal), transaction or "-".
std::vector<LmdbReader> LmdbEnvironment::readers() const {
  std::vector<LmdbReader> readers;
  const auto take = [](const char* line, void* context) {
    LmdbReader reader;
    if (std::sscanf(line, "%d %lx %lu", &reader.process, &reader.thread, &reader.transaction) == 3)
      static_cast<std::vector<LmdbReader>*>(context)->push_back(reader);
    return 0;
  };
  mdb_reader_list(environment_, take, &readers);
  return readers;
}

std::size_t LmdbEnvironment::clear_dead_readers() const {
  int dead = 0;
  check_lmdb(mdb_reader_check(environment_, &dead), "LMDB's readers cannot be checked");
  return static_cast<std::size_t>(dead);
}

std::size_t LmdbEnvironment::page_size() const {
  MDB_stat stat;
  check_lmdb(mdb_env_stat(environment_, &stat), "LMDB tells no page size");
  return stat.ms_psize;
}

std::uint64_t LmdbEnvironment::last_page() const {
  MDB_envinfo info;
  check_lmdb(mdb_env_info(environment_, &info), "LMDB tells nothing of itself");
  return info.me_last_pgno;
}

std::uint64_t LmdbEnvironment::last_transaction() const {
  MDB_envinfo info;
  check_lmdb(mdb_env_info(environment_, &info), "LMDB tells nothing of itself");
  return info.me_last_txnid;
}

bool LmdbEnvironment::keep_reserve() const {
  MDB_envinfo info;
  check_lmdb(mdb_env_info(environment_, &info), "LMDB tells nothing of itself");
  const std::size_t used = (info.me_last_pgno + 1) * page_size();
  struct stat status {};
  if (::fstat(descriptor(), &status) != 0) return false;
  auto size = static_cast<std::size_t>(status.st_size);
  if (used + options_.reserve > size) {
    const std::size_t wanted =
        std::min(options_.map_size, used + options_.reserve + options_.extension);
    if (wanted > size) {
      if (::posix_fallocate(descriptor(), status.st_size, static_cast<off_t>(wanted - size)) != 0)
        return false;
      size = wanted;
    }
  }
  return used + options_.reserve <= std::min(size, options_.map_size);
}

void LmdbEnvironment::write_ahead() {
  MDB_envinfo info;
  check_lmdb(mdb_env_info(environment_, &info), "LMDB tells nothing of itself");
  const std::size_t used = (info.me_last_pgno + 1) * page_size();
  constexpr std::size_t piece = limits::data_file_written_ahead;
  struct stat status {};
  if (written_ >= used + piece / 2 || ::fstat(descriptor(), &status) != 0) return;
  std::size_t at = std::max(written_, used);
  const std::size_t end = std::min(at + piece, static_cast<std::size_t>(status.st_size));
  static constexpr std::array<char, 64 * 1024> zeros{};
  while (at < end) {
    const ssize_t done = ::pwrite(descriptor(), zeros.data(), std::min(zeros.size(), end - at),
                                  static_cast<off_t>(at));
    if (done <= 0) return;  // an optimisation; a disk that fails fails the next commit
    at += static_cast<std::size_t>(done);
  }
  written_ = end;
}

}  // namespace spillway::storage
