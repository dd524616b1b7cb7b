#include "engine/base/invariants.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/base/stop_words.hpp"

namespace spillway {

namespace {

void tell_on_standard_error(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

std::atomic<void (*)(std::string_view)> teller{tell_on_standard_error};

}  // namespace

void tell_stops_by(void (*tell)(std::string_view line)) {
  teller = tell;
}

void stop_process(std::string_view sentence, const char* file, int line) {
  const std::string text = "spillway: stopped: " + std::string(sentence) + " (" + file + ":" +
                           std::to_string(line) + ")\n";
  teller.load()(text);
  std::abort();
}

}  // namespace spillway
