#include "storage/base/private_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spillway::storage {

namespace {

Error failed(const char* what, const std::filesystem::path& path) {
  const int code = errno;
  return Error{std::string(what) + " " + path.string() + ": " + std::strerror(code)};
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  bool open() const { return value_ >= 0; }

 private:
  int value_;
};

// To whom the folder belongs, where root makes something in another's.
std::optional<std::pair<uid_t, gid_t>> owner_to_be(const std::filesystem::path& folder) {
  struct stat status {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0 || status.st_uid == 0)
    return std::nullopt;
  return std::pair(status.st_uid, status.st_gid);
}

Result<void> check_closed(const std::filesystem::path& path, const char* kind, unsigned right) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failed("cannot look at", path);
  const unsigned mode = status.st_mode & 07777U;
  if ((mode & 077U) == 0) return {};
  char text[64];
  std::snprintf(text, sizeof text, " has mode %04o and must have %04o", mode, right);
  return Error{std::string("the ") + kind + " " + path.string() + text +
               ": others could read what is in it"};
}

}  // namespace

Result<void> sync_path(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return failed("cannot open", path);
  if (::fsync(file.get()) != 0) return failed("cannot sync", path);
  return {};
}

std::filesystem::path parent_of(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  return whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path();
}

Result<void> ensure_private_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0) {
    if (errno != EEXIST) return failed("cannot make the folder", folder);
    return check_private_folder(folder);
  }
  const std::filesystem::path parent = parent_of(folder);
  if (const auto owner = owner_to_be(parent))
    if (::chown(folder.c_str(), owner->first, owner->second) != 0)
      return failed("cannot give to its owner", folder);
  return sync_path(parent);
}

Result<void> check_private_folder(const std::filesystem::path& folder) {
  return check_closed(folder, "folder", 0700);
}

Result<void> check_private_file(const std::filesystem::path& file) {
  return check_closed(file, "file", 0600);
}

namespace {

namespace fs = std::filesystem;

constexpr const char* unfinished_ending = ".new";
constexpr const char* dead_ending = ".dead";

fs::path with_ending(const fs::path& file, const char* ending) {
  return file.string() + ending;
}

Result<void> fill_synced(const Descriptor& out, const fs::path& file, std::string_view content) {
  const ssize_t written = ::write(out.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size())) return failed("cannot write", file);
  if (::fsync(out.get()) != 0) return failed("cannot sync", file);
  return {};
}

// Writes zeros over it, in place, and takes it away.
Result<void> bury(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return Error{"cannot look at " + file.string() + ": " + error.message()};
  const std::string zeros(static_cast<std::size_t>(size), '\0');
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!out.open()) return failed("cannot open", file);
  if (auto written = fill_synced(out, file, zeros); !written) return written;
  if (::unlink(file.c_str()) != 0) return failed("cannot remove", file);
  return sync_path(parent_of(file));
}

}  // namespace

Result<void> write_private_file_of(const fs::path& file,
                                   const std::function<Result<std::string>(int)>& content) {
  const fs::path unfinished = with_ending(file, unfinished_ending);
  if (::unlink(unfinished.c_str()) != 0 && errno != ENOENT)
    return failed("cannot remove", unfinished);
  const Descriptor out(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!out.open()) return failed("cannot open", unfinished);
  if (const auto owner = owner_to_be(parent_of(file)))
    if (::fchown(out.get(), owner->first, owner->second) != 0)
      return failed("cannot give to its owner", unfinished);
  const auto text = content(out.get());
  if (!text) return text.error();
  if (auto written = fill_synced(out, unfinished, *text); !written) return written;
  if (::rename(unfinished.c_str(), file.c_str()) != 0) return failed("cannot rename to", file);
  return sync_path(parent_of(file));
}

Result<void> write_private_file(const fs::path& file, std::string_view content) {
  return write_private_file_of(file,
                               [&](int) -> Result<std::string> { return std::string(content); });
}

Result<void> give_to_folders_owner(const fs::path& file) {
  if (const auto owner = owner_to_be(parent_of(file)))
    if (::lchown(file.c_str(), owner->first, owner->second) != 0)
      return failed("cannot give to its owner", file);
  return {};
}

Result<void> replace_private_file(const fs::path& file, std::string_view content) {
  const fs::path dead = with_ending(file, dead_ending);
  // A second name for the old content, which keeps its place on disk until zeros stand there.
  if (::link(file.c_str(), dead.c_str()) != 0) return failed("cannot link to", dead);
  if (auto written = write_private_file(file, content); !written) return written;
  return bury(dead);
}

Result<void> destroy_file(const fs::path& file) {
  const fs::path dead = with_ending(file, dead_ending);
  if (::rename(file.c_str(), dead.c_str()) != 0) return failed("cannot rename to", dead);
  if (auto synced = sync_path(parent_of(file)); !synced) return synced;
  return bury(dead);
}

Result<void> destroy_leftovers(const fs::path& folder) {
  std::vector<fs::path> left;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const fs::path ending = file->path().extension();
    if (ending == dead_ending || ending == unfinished_ending) left.push_back(file->path());
  }
  if (error) return Error{"cannot read the folder " + folder.string() + ": " + error.message()};
  for (const fs::path& path : left) {
    // The second name of a file that was not replaced in the end: only the name goes.
    const bool shared = fs::hard_link_count(path, error) > 1 && !error;
    if (shared) {
      if (::unlink(path.c_str()) != 0) return failed("cannot remove", path);
    } else if (auto buried = bury(path); !buried) {
      return buried;
    }
  }
  return {};
}

Result<FileLock> FileLock::take(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("cannot open", file);
  FileLock lock(descriptor);
  if (const auto owner = owner_to_be(parent_of(file)))
    if (::fchown(descriptor, owner->first, owner->second) != 0)
      return failed("cannot give to its owner", file);
  if (::flock(descriptor, LOCK_EX) != 0) return failed("cannot lock", file);
  return lock;
}

Result<FileLock> FileLock::take_to_read(const fs::path& file) {
  FileLock lock(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (lock.descriptor_ < 0) {
    if (errno == ENOENT) return lock;
    return failed("cannot open", file);
  }
  if (::flock(lock.descriptor_, LOCK_SH) != 0) return failed("cannot lock", file);
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::string> read_private_file(const std::filesystem::path& file, std::size_t size_max) {
  if (auto closed = check_private_file(file); !closed) return closed.error();
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.open()) return failed("cannot open", file);
  std::string content(size_max + 1, '\0');
  const ssize_t got = ::read(in.get(), content.data(), content.size());
  if (got < 0) return failed("cannot read", file);
  if (static_cast<std::size_t>(got) > size_max)
    return Error{"the file " + file.string() + " is longer than it can be"};
  content.resize(static_cast<std::size_t>(got));
  return content;
}

}  // namespace spillway::storage
