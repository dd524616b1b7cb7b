#include "storage/folder/restore.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/base/private_files.hpp"
#include "storage/base/unfinished_folder.hpp"
#include "storage/folder/settled_folder.hpp"
#include "storage/keys/folder_manifest.hpp"
#include "storage/keys/key_files.hpp"
#include "storage/registry/lmdb_registry.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

Result<void> copy_part(const fs::path& from, const fs::path& to) {
  if (auto stopped = LmdbEnvironment::check_stopped(from); !stopped) return stopped;
  if (auto made = ensure_private_folder(to); !made) return made;
  for (const char* name : {"data.mdb", "made"}) {
    const auto copied = copy_private_file(from / name, to / name);
    if (!copied) return copied.error();
    if (!*copied && name == std::string_view("data.mdb"))
      return Error{"there is no data in " + from.string()};
  }
  if (auto copied = copy_manifest(from, to); !copied) return copied;
  return sync_path(to);
}

Result<void> copy_parts(const fs::path& from, const fs::path& keys_from, const fs::path& to) {
  if (!fs::is_directory(keys_from))
    return Error{"there are no keys in " + keys_from.string() +
                 ": --keys-from says where a backup's keys are"};
  if (auto copied = copy_part(journal_folder(from), journal_folder(to)); !copied) return copied;
  if (fs::exists(registry_folder(from)))  // an earlier version of Spillway kept none
    if (auto copied = copy_part(registry_folder(from), registry_folder(to)); !copied) return copied;
  if (auto made = ensure_private_folder(keys_folder(to)); !made) return made;
  const auto keys = copy_key_files(keys_from, keys_folder(to));
  if (!keys) return keys.error();
  return copy_manifest(from, to);
}

Result<RecordNumber> begin_anew(const fs::path& data, const std::optional<std::string>& master_hex,
                                Timestamp now) {
  auto found = look_at_folder(data, master_hex.has_value());
  if (!found) return found.error();
  found->copied = true;
  const auto keys = Keyring::open(data, master_hex);
  if (!keys) return keys.error();
  const auto journal = LmdbJournal::open(journal_folder(data), *keys);
  if (!journal) return journal.error();
  const auto registry = LmdbRegistry::open(registry_folder(data), *keys);
  if (!registry) return registry.error();
  const auto settled = settle_folder(data, *found, *keys, **journal, **registry, now);
  if (!settled) return settled.error();
  return (*journal)->next_number();
}

// What root restores is the service's, as the backup is.
Result<void> give_all(const fs::path& folder, const fs::path& like) {
  struct stat owner {};
  if (::geteuid() != 0) return {};
  if (::stat(like.c_str(), &owner) != 0)
    return Error{"cannot look at " + like.string() + ": " + std::strerror(errno)};
  const auto give = [&](const fs::path& path) -> Result<void> {
    if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) == 0) return {};
    return Error{"cannot give to its owner " + path.string() + ": " + std::strerror(errno)};
  };
  std::error_code error;
  for (fs::recursive_directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error))
    if (auto given = give(file->path()); !given) return given;
  if (error) return Error{"cannot read the folder " + folder.string() + ": " + error.message()};
  return give(folder);
}

}  // namespace

Result<RestoreReport> restore(const fs::path& from, const fs::path& keys_from,
                              const fs::path& data_folder,
                              const std::optional<std::string>& master_hex, Timestamp now) {
  auto whole = UnfinishedFolder::begin(data_folder, new_group(), true);
  if (!whole)
    return Error{whole.error().message +
                 ": a backup is restored to a folder that is not there yet, or is empty"};
  const fs::path& data = whole->path();
  if (auto copied = copy_parts(from, keys_from, data); !copied) return copied.error();
  const auto verified = verify(data, master_hex);
  if (!verified) return Error{"the backup is not good: " + verified.error().message};
  const auto next = begin_anew(data, master_hex, now);
  if (!next) return next.error();
  if (auto given = give_all(data, from); !given) return given.error();
  if (auto appeared = whole->appear(); !appeared) return appeared.error();
  if (auto settled = whole->settle(); !settled) return settled.error();
  return RestoreReport{*verified, *next};
}

}  // namespace spillway::storage
