// When an order that comes now will have its outcome, from what is known of its relay centre's
// queue. Pure, and cheap enough for the way of every order. All that waits counts as ahead of it,
// though an urgent order goes before most; what comes after it counts as behind, urgent or not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/time.hpp"
#include "engine/pacing/limits.hpp"
#include "engine/pacing/release_gate.hpp"

namespace spillway {

struct QueueOutlook {
  bool taken = false;                   // somebody takes what leaves the queue
  std::uint64_t ahead = 0;              // orders that leave the queue before it
  std::chrono::nanoseconds interval{};  // between two that leave it; 0: they do not wait
  Duration answer_time{};               // from there to the outcome, nearly always
  GateOutlook gate{};
};

// From `now` to the outcome, in whole milliseconds, on the safe side: a tenth is added to the time
// in the queue, and limits::promise_slack to the whole. Nothing when nothing can be said:
// nobody takes it, the gate is not known to open, or it takes longer than limits::promise_max.
std::optional<std::chrono::milliseconds> predict_outcome(const QueueOutlook& outlook,
                                                         Timestamp now);

// The interval between two orders that leave the queue, measured while something waited and was
// free to leave; over a second at least, since it is promised by (engine/sharing's DrainRate is for
// what has to be decided at once).
class DrainMeter {
 public:
  // `count` have left; `waiting`: others stay that were free to leave.
  void left(std::size_t count, bool waiting, MonotonicTime now);

  std::optional<std::chrono::nanoseconds> interval() const { return interval_; }

 private:
  bool waiting_ = false;  // since the last call
  MonotonicTime last_;
  std::chrono::nanoseconds elapsed_{};
  std::size_t count_ = 0;
  std::optional<std::chrono::nanoseconds> interval_;
};

// How long answers take, nearly always: the smoothed mean and four times its smoothed deviation
// (RFC 6298 section 2).
class AnswerTimes {
 public:
  void observe(Duration answer_time);
  std::optional<Duration> nearly_always() const;

 private:
  bool any_ = false;
  Duration mean_{};
  Duration deviation_{};
};

}  // namespace spillway
