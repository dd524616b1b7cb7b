#include "storage/base/unfinished_folder.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark_text = "spillway: a folder that is not finished; group ";
constexpr const char* mark_name = "unfinished.mark";
constexpr std::size_t group_digits = 32;

Error failed(const std::string& what, const fs::path& path, const std::string& why) {
  return Error{what + " " + path.string() + ": " + why};
}

// `COPY/` is `COPY`.
fs::path unfinished(const fs::path& folder) {
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  return named.string() + ".unfinished";
}

Error is_there(const fs::path& path) {
  return Error{path.string() + " is there already"};
}

// The mark of a folder that nobody fills any more: its group. Nothing: there is none, or somebody
// does.
std::string left_group(const fs::path& folder) {
  const int mark = ::open((folder / mark_name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (mark < 0) return {};
  std::array<char, mark_text.size() + group_digits> text{};
  const bool whole = ::flock(mark, LOCK_SH | LOCK_NB) == 0 &&
                     ::read(mark, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(mark);
  const std::string_view said(text.data(), text.size());
  return whole && said.starts_with(mark_text) ? std::string(said.substr(mark_text.size()))
                                              : std::string();
}

Result<void> take_away(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return failed("cannot remove", folder, error.message());
  return sync_path(parent_of(folder));
}

// An empty one was made, and left before its mark was there.
Result<void> clear(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return {};
  const bool ours =
      !left_group(folder).empty() || (fs::is_directory(fs::symlink_status(folder, error)) &&
                                      fs::is_empty(folder, error) && !error);
  if (!ours) return is_there(folder);
  return take_away(folder);
}

}  // namespace

std::string new_group() {
  std::array<unsigned char, group_digits / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, group_digits + 1> text{};
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return std::string(text.data());
}

Result<UnfinishedFolder> UnfinishedFolder::begin(const fs::path& folder, const std::string& group,
                                                 bool empty_may_be_there) {
  std::error_code error;
  const auto there = fs::symlink_status(folder, error);
  const bool empty = empty_may_be_there && fs::is_directory(there) && fs::is_empty(folder, error);
  if (fs::exists(there) && !(empty && !error)) return is_there(folder);
  const fs::path path = unfinished(folder);
  if (auto cleared = clear(path); !cleared) return cleared.error();
  if (auto made = ensure_private_folder(path); !made) return made.error();
  const fs::path mark_path = path / mark_name;
  if (auto written = write_private_file(mark_path, std::string(mark_text) + group); !written)
    return written.error();
  const int mark = ::open(mark_path.c_str(), O_RDONLY | O_CLOEXEC);
  if (mark < 0 || ::flock(mark, LOCK_EX | LOCK_NB) != 0)
    return failed("cannot lock", mark_path, std::strerror(errno));
  return UnfinishedFolder(folder, path, mark);
}

UnfinishedFolder::UnfinishedFolder(UnfinishedFolder&& other) noexcept
    : folder_(std::move(other.folder_)),
      path_(std::move(other.path_)),
      mark_(std::exchange(other.mark_, -1)),
      appeared_(other.appeared_) {}

UnfinishedFolder::~UnfinishedFolder() {
  if (mark_ < 0) return;
  if (!appeared_) (void)take_away(path_);
  ::close(mark_);
}

Result<void> UnfinishedFolder::appear() {
  if (auto synced = sync_path(path_); !synced) return synced;
  if (::rename(path_.c_str(), folder_.c_str()) != 0)
    return failed("cannot rename to", folder_, std::strerror(errno));
  appeared_ = true;
  return sync_path(parent_of(folder_));
}

Result<void> UnfinishedFolder::settle() {
  if (::unlink((folder_ / mark_name).c_str()) != 0)
    return failed("cannot remove", folder_ / mark_name, std::strerror(errno));
  return sync_path(folder_);
}

std::string UnfinishedFolder::group_left_at(const fs::path& folder) {
  return left_group(unfinished(folder));
}

Result<void> UnfinishedFolder::forget(const fs::path& folder, const std::string& group) {
  if (group.empty() || left_group(folder) != group) return {};
  return take_away(folder);
}

}  // namespace spillway::storage
