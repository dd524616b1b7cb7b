#include "engine/invariants.hpp"

#include <cstdio>
#include <cstdlib>

namespace spillway {

void stop_process(std::string_view sentence, const char* file, int line) {
  std::fprintf(stderr, "spillway: stopped: %.*s (%s:%d)\n", static_cast<int>(sentence.size()),
               sentence.data(), file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace spillway
