#include "net/stream/standard_streams.hpp"

#include <cerrno>
#include <cstring>
#include <ostream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace spillway::net {

// open() gives the least number that is free, which is the one that is being filled.
void fill_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) (void)!::open("/dev/null", O_RDONLY);
}

Result<void> check_written(std::ostream& out) {
  errno = 0;
  out.flush();
  if (out) return {};
  const int code = errno;
  return Error{std::string("standard output could not be written") +
               (code == 0 ? "" : std::string(": ") + std::strerror(code))};
}

}  // namespace spillway::net
