// Time as the rules see it: handed in, never asked for.
#pragma once

#include <chrono>

namespace spillway {

using Duration = std::chrono::microseconds;

// A point in civil time, UTC, in microseconds. What is stored uses this.
using Timestamp = std::chrono::sys_time<Duration>;

// A point on a clock that never jumps. What paces and times out uses this.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

}  // namespace spillway
