// A timer for points in time rather than for patience: libuv's own timers count whole milliseconds,
// Linux's timerfd fires within some 60 µs of the time. Made, used and destroyed on the loop's
// thread.
#pragma once

#include <functional>

#include "engine/base/time.hpp"

namespace spillway::net {

class EventLoop;

class PreciseTimer {
 public:
  PreciseTimer(EventLoop& loop, std::function<void()> on_time);
  ~PreciseTimer();

  PreciseTimer(const PreciseTimer&) = delete;
  PreciseTimer& operator=(const PreciseTimer&) = delete;

  // Fires once, not before `time` and at once when it has passed. Replaces an earlier start; the
  // same time again costs nothing.
  void start_at(MonotonicTime time);
  void stop();

 private:
  struct Handle;
  Handle* handle_;  // libuv frees a handle later than we do
};

}  // namespace spillway::net
