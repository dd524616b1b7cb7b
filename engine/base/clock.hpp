// What time it is, for those at the edges who hand it to the rules. No rule asks.
#pragma once

#include "engine/base/time.hpp"

namespace spillway {

inline Timestamp civil_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

inline MonotonicTime monotonic_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace spillway
