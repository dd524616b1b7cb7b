// When a loop woke up for what it does now. Everything that became readable while it slept had come
// by then, however long the loop takes to get to it: who measures when something came reads this
// clock rather than the one on the wall. Made, used and destroyed on the loop's thread.
#pragma once

#include "engine/base/time.hpp"

namespace spillway::net {

class EventLoop;

class TurnClock {
 public:
  explicit TurnClock(EventLoop& loop);
  ~TurnClock();

  TurnClock(const TurnClock&) = delete;
  TurnClock& operator=(const TurnClock&) = delete;

  // The same for all that is told in one turn of the loop: the time at which it was first asked for
  // there. Only in what the loop calls because of a socket or a PreciseTimer.
  MonotonicTime now();

 private:
  struct Handle;
  Handle* handle_;  // libuv frees a handle later than we do
};

}  // namespace spillway::net
