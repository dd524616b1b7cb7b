// One timer on an event loop. Made, used and destroyed on the loop's thread; a destroyed timer
// does not fire any more.
#pragma once

#include <functional>

#include "engine/base/time.hpp"

namespace spillway::net {

class EventLoop;

class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> on_time);
  ~Timer();

  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Fires once, not before `after` (rounded up to a millisecond). Replaces an earlier start.
  void start(Duration after);
  void stop();
  bool running() const;

 private:
  struct Handle;
  Handle* handle_;  // libuv frees a handle later than we do: it lives until its close callback
};

}  // namespace spillway::net
