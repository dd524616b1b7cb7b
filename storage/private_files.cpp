#include "storage/private_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
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

Result<void> ensure_private_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0) {
    if (errno != EEXIST) return failed("cannot make the folder", folder);
    return check_closed(folder, "folder", 0700);
  }
  const std::filesystem::path parent = std::filesystem::absolute(folder).parent_path();
  return sync_path(parent);
}

Result<void> check_private_file(const std::filesystem::path& file) {
  return check_closed(file, "file", 0600);
}

Result<void> write_private_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path unfinished = file.string() + ".new";
  {
    const Descriptor out(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out.open()) return failed("cannot make", unfinished);
    const ssize_t written = ::write(out.get(), content.data(), content.size());
    if (written != static_cast<ssize_t>(content.size())) return failed("cannot write", unfinished);
    if (::fsync(out.get()) != 0) return failed("cannot sync", unfinished);
  }
  if (::rename(unfinished.c_str(), file.c_str()) != 0) return failed("cannot rename to", file);
  return sync_path(file.parent_path());
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
