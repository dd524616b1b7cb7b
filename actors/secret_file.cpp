#include "actors/secret_file.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spillway::actors {

namespace {

Error error_of(const std::filesystem::path& file, std::string_view what) {
  return {file.string() + ": " + std::string(what) + ": " + std::generic_category().message(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_secret_file(const std::filesystem::path& file) {
  constexpr std::size_t size_max = 64 * 1024;
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.number() < 0) return error_of(file, "cannot be opened");
  struct stat status {};
  if (fstat(descriptor.number(), &status) != 0) return error_of(file, "cannot be read");
  if (!S_ISREG(status.st_mode)) return Error{file.string() + ": is not a file"};
  if ((status.st_mode & 077) != 0) {
    return Error{file.string() + ": holds a secret and others may read it; run chmod 600 on it"};
  }
  std::string content(size_max + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = read(descriptor.number(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_of(file, "cannot be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > size_max) return Error{file.string() + ": is too large for a secret"};
  content.resize(size);
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  return content;
}

Result<void> write_secret_file(const std::filesystem::path& file, std::string_view content) {
  // Written under another name and linked to its own, so that nobody ever sees half of it.
  const std::filesystem::path unfinished = file.string() + ".new";
  unlink(unfinished.c_str());
  {
    const Descriptor descriptor(
        open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (descriptor.number() < 0) return error_of(file, "cannot be made");
    if (!write_all(descriptor.number(), content) || fsync(descriptor.number()) != 0) {
      return error_of(file, "cannot be written");
    }
  }
  const bool linked = link(unfinished.c_str(), file.c_str()) == 0;
  const auto failed = error_of(file, "cannot be made");
  unlink(unfinished.c_str());
  if (!linked) return failed;
  return {};
}

}  // namespace spillway::actors
