// A broken invariant stops the process: going on would write a wrong fact. The journal holds all
// that was promised, so stopping loses nothing. Checks are on in production.
#pragma once

#include <string_view>

namespace spillway {

// Writes the sentence and its place to standard error and aborts. The sentence must not hold data
// of an order.
[[noreturn]] void stop_process(std::string_view sentence, const char* file, int line);

}  // namespace spillway

#define SPILLWAY_CHECK(condition, sentence)                     \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::spillway::stop_process((sentence), __FILE__, __LINE__); \
  } while (false)
