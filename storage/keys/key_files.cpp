#include "storage/keys/key_files.hpp"

#include <system_error>

#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

bool is_key_file(const fs::path& file) {
  const fs::path ending = file.extension();
  return file.filename() != "lock" && ending != ".new" && ending != ".dead" && ending != ".mark";
}

}  // namespace

Result<bool> copy_private_file(const fs::path& from, const fs::path& to) {
  std::error_code why;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, why);
  if (why == std::errc::no_such_file_or_directory) return false;
  if (!why) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, why);
  if (why) return Error{"cannot copy " + from.string() + ": " + why.message()};
  if (auto given = give_to_folders_owner(to); !given) return given.error();
  if (auto synced = sync_path(to); !synced) return synced.error();
  return true;
}

Result<std::uint64_t> copy_key_files(const fs::path& from, const fs::path& to) {
  const auto lock = FileLock::take_to_read(from / "lock");
  if (!lock) return lock.error();
  std::error_code error;
  std::uint64_t count = 0;
  for (fs::directory_iterator file(from, error), end; !error && file != end;
       file.increment(error)) {
    if (!is_key_file(file->path()) || !file->is_regular_file(error)) continue;
    const auto copied = copy_private_file(file->path(), to / file->path().filename());
    if (!copied) return copied.error();
    if (*copied) ++count;  // otherwise an epoch has just ended
  }
  if (error) return Error{"cannot read the folder " + from.string() + ": " + error.message()};
  if (auto synced = sync_path(to); !synced) return synced.error();
  return count;
}

}  // namespace spillway::storage
