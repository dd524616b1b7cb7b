#include "storage/folder/backup.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/base/private_files.hpp"
#include "storage/base/unfinished_folder.hpp"
#include "storage/keys/folder_manifest.hpp"
#include "storage/keys/key_files.hpp"
#include "storage/lmdb/lmdb_environment.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

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
// process have a folder. A folder that no process has opened since it was copied has no table of
// readers, and gets none.
Result<std::uint64_t> copy_environment(const fs::path& from, const fs::path& to) {
  if (!fs::exists(from / "data.mdb")) return Error{"there is no data in " + from.string()};
  if (auto made = ensure_private_folder(to); !made) return made.error();
  const bool has_readers = fs::exists(from / "lock.mdb");
  MDB_env* opened = nullptr;
  check_lmdb(mdb_env_create(&opened), "LMDB does not start");
  const std::unique_ptr<MDB_env, decltype(&mdb_env_close)> environment(opened, mdb_env_close);
  const unsigned flags = MDB_RDONLY | (has_readers ? 0U : MDB_NOLOCK);
  if (const int code = mdb_env_open(opened, from.c_str(), flags, 0600); code != MDB_SUCCESS)
    return Error{"the data in " + from.string() + " cannot be read: " + lmdb_text(code)};
  auto bytes = write_pages(opened, to / "data.mdb");
  if (!bytes) return bytes;
  if (auto given = give_to_folders_owner(to / "data.mdb"); !given) return given.error();
  if (!has_readers && fs::exists(from / "lock.mdb"))
    return Error{"a system was started in " + from.string() + " meanwhile: back up again"};
  if (auto marked = write_private_file(to / "made", ""); !marked) return marked.error();
  if (auto copied = copy_manifest(from, to); !copied) return copied.error();
  return bytes;
}

// A backup that was killed after its keys had appeared, and before the rest: they go with it.
Result<void> clear_left(const fs::path& to, const fs::path& keys_to) {
  return UnfinishedFolder::forget(keys_to, UnfinishedFolder::group_left_at(to));
}

}  // namespace

// The keys first, since one that a card in the journal needs may end while the journal is copied;
// and once more at the end, since one may have begun just before.
Result<BackupReport> back_up(const fs::path& data_folder, const fs::path& to,
                             const fs::path& keys_to) {
  const fs::path from_keys = keys_folder(data_folder);
  if (!fs::exists(from_keys)) return Error{"there are no keys in " + data_folder.string()};
  const bool keys_within = keys_to == keys_folder(to);
  if (!keys_within)
    if (auto cleared = clear_left(to, keys_to); !cleared) return cleared.error();
  const std::string group = new_group();
  auto whole = UnfinishedFolder::begin(to, group);
  if (!whole) return whole.error();
  std::optional<UnfinishedFolder> keys_apart;
  if (!keys_within) {
    auto begun = UnfinishedFolder::begin(keys_to, group);
    if (!begun) return begun.error();
    keys_apart.emplace(std::move(*begun));
  }
  const fs::path keys = keys_apart ? keys_apart->path() : keys_folder(whole->path());
  if (auto made = ensure_private_folder(keys); !made) return made.error();

  BackupReport report;
  if (auto copied = copy_key_files(from_keys, keys); !copied) return copied.error();
  const auto journal = copy_environment(journal_folder(data_folder), journal_folder(whole->path()));
  if (!journal) return journal.error();
  report.journal_bytes = *journal;
  if (fs::exists(registry_folder(data_folder))) {
    const auto registry =
        copy_environment(registry_folder(data_folder), registry_folder(whole->path()));
    if (!registry) return registry.error();
    report.registry_bytes = *registry;
  }
  if (auto copied = copy_manifest(data_folder, whole->path()); !copied) return copied.error();
  const auto files = copy_key_files(from_keys, keys);
  if (!files) return files.error();
  report.key_files = *files;

  if (keys_apart)
    if (auto appeared = keys_apart->appear(); !appeared) return appeared.error();
  if (auto appeared = whole->appear(); !appeared) return appeared.error();
  if (keys_apart)
    if (auto settled = keys_apart->settle(); !settled) return settled.error();
  if (auto settled = whole->settle(); !settled) return settled.error();
  return report;
}

}  // namespace spillway::storage
