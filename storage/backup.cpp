#include "storage/backup.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/data_folder.hpp"
#include "storage/lmdb_environment.hpp"
#include "storage/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

// `COPY/` is `COPY`.
fs::path unfinished(const fs::path& folder) {
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  return named.string() + ".unfinished";
}

Error failed(const std::string& what, const fs::path& path, const std::string& why) {
  return Error{what + " " + path.string() + ": " + why};
}

// Page by page, with the freed ones: a compacted copy would begin to count LMDB's transactions
// anew, and the journal's own state names the one that wrote it.
Result<std::uint64_t> write_pages(MDB_env* environment, const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("cannot make", file, std::strerror(errno));
  const int code = mdb_env_copyfd2(environment, descriptor, 0);
  struct stat status {};
  const bool synced = ::fsync(descriptor) == 0 && ::fstat(descriptor, &status) == 0;
  const int error = errno;
  ::close(descriptor);
  if (code != MDB_SUCCESS) return failed("cannot write", file, lmdb_text(code));
  if (!synced) return failed("cannot sync", file, std::strerror(error));
  return static_cast<std::uint64_t>(status.st_size);
}

// LMDB's own way of reading beside a process that writes; not LmdbEnvironment, which lets one
// process have a folder.
Result<std::uint64_t> copy_environment(const fs::path& from, const fs::path& to) {
  if (!fs::exists(from / "data.mdb")) return Error{"there is no data in " + from.string()};
  if (auto made = ensure_private_folder(to); !made) return made.error();
  MDB_env* opened = nullptr;
  check_lmdb(mdb_env_create(&opened), "LMDB does not start");
  const std::unique_ptr<MDB_env, decltype(&mdb_env_close)> environment(opened, mdb_env_close);
  if (const int code = mdb_env_open(opened, from.c_str(), MDB_RDONLY, 0600); code != MDB_SUCCESS)
    return Error{"the data in " + from.string() + " cannot be read: " + lmdb_text(code)};
  auto bytes = write_pages(opened, to / "data.mdb");
  if (!bytes) return bytes;
  if (auto marked = write_private_file(to / "made", ""); !marked) return marked.error();
  return bytes;
}

bool is_key_file(const fs::path& file) {
  const fs::path ending = file.extension();
  return file.filename() != "lock" && ending != ".new" && ending != ".dead";
}

// Those that are there; one that was copied before is copied again, one that has gone since stays.
Result<std::uint64_t> copy_keys(const fs::path& from, const fs::path& to) {
  const auto lock = FileLock::take(from / "lock");  // no master key is changed meanwhile
  if (!lock) return lock.error();
  std::error_code error;
  std::uint64_t count = 0;
  for (fs::directory_iterator file(from, error), end; !error && file != end;
       file.increment(error)) {
    if (!is_key_file(file->path())) continue;
    const fs::path copy = to / file->path().filename();
    std::error_code why;
    fs::copy_file(file->path(), copy, fs::copy_options::overwrite_existing, why);
    if (why == std::errc::no_such_file_or_directory) continue;  // an epoch has just ended
    if (why) return failed("cannot copy", file->path(), why.message());
    if (auto synced = sync_path(copy); !synced) return synced.error();
    ++count;
  }
  if (error) return failed("cannot read the folder", from, error.message());
  if (auto synced = sync_path(to); !synced) return synced.error();
  return count;
}

Result<void> make_folder(const fs::path& folder) {
  for (const fs::path& path : {folder, unfinished(folder)})
    if (fs::exists(path)) return Error{path.string() + " is there already"};
  return ensure_private_folder(unfinished(folder));
}

Result<void> finish_folder(const fs::path& folder) {
  if (auto synced = sync_path(unfinished(folder)); !synced) return synced;
  if (::rename(unfinished(folder).c_str(), folder.c_str()) != 0)
    return failed("cannot rename to", folder, std::strerror(errno));
  return sync_path(fs::absolute(folder).parent_path());
}

}  // namespace

// The keys first, since one that a card in the journal needs may end while the journal is copied;
// and once more at the end, since one may have begun just before.
Result<BackupReport> back_up(const fs::path& data_folder, const fs::path& to,
                             const fs::path& keys_to) {
  const fs::path from_keys = keys_folder(data_folder);
  if (!fs::exists(from_keys)) return Error{"there are no keys in " + data_folder.string()};
  const bool keys_within = keys_to == keys_folder(to);
  const fs::path whole = unfinished(to);
  const fs::path keys = keys_within ? keys_folder(whole) : unfinished(keys_to);
  if (auto made = make_folder(to); !made) return made.error();
  if (auto made = keys_within ? ensure_private_folder(keys) : make_folder(keys_to); !made)
    return made.error();

  BackupReport report;
  if (auto copied = copy_keys(from_keys, keys); !copied) return copied.error();
  const auto journal = copy_environment(journal_folder(data_folder), journal_folder(whole));
  if (!journal) return journal.error();
  report.journal_bytes = *journal;
  if (fs::exists(registry_folder(data_folder))) {
    const auto registry = copy_environment(registry_folder(data_folder), registry_folder(whole));
    if (!registry) return registry.error();
    report.registry_bytes = *registry;
  }
  const auto files = copy_keys(from_keys, keys);
  if (!files) return files.error();
  report.key_files = *files;

  if (!keys_within)
    if (auto finished = finish_folder(keys_to); !finished) return finished.error();
  if (auto finished = finish_folder(to); !finished) return finished.error();
  return report;
}

}  // namespace spillway::storage
