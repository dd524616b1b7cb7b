// A rate as permits, each good for one request: one by one at an even interval, and never more than
// the rate in any second. Where the interval is shorter than limits::pace_tick nobody is asked to
// come again sooner than after a tick, and then gets those of a tick together.
//
// A timer that is late must not cost permits: at 1,000 a second a wake-up that comes 0.1 ms late
// each time would lose a tenth of the rate. So what was missed while somebody waited is given at
// once, as far back as limits::pace_catch_up; what nobody asked for is gone. A second account, of
// what left in the last second, keeps what is caught up from adding to what follows it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "engine/base/time.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

class Pacer {
 public:
  // `per_second` 0: no limit; otherwise at least one a day. What was sent just before counts too,
  // so a pacer begins without credit when `fresh` is false.
  Pacer(double per_second, MonotonicTime now, bool fresh = true);

  // How many of `wanted` requests may be sent now; they count as sent.
  std::size_t permits(std::size_t wanted, MonotonicTime now);

  // Permits that were not used for a send.
  void give_back(std::size_t count);

  // When to ask again after `permits` gave fewer than wanted; nothing when there is no limit.
  std::optional<MonotonicTime> next_at(MonotonicTime now) const;

  // What was sent stays sent.
  void set_rate(double per_second, MonotonicTime now);
  double per_second() const { return per_second_; }

 private:
  // Sent within limits::pace_grain of `first`; counts from `last` on.
  struct Sends {
    MonotonicTime first;
    MonotonicTime last;
    std::size_t count = 0;
  };

  void forget(MonotonicTime now);
  void note(std::size_t count, MonotonicTime now);

  double per_second_ = 0;
  std::chrono::nanoseconds interval_{};
  std::chrono::nanoseconds tick_{};
  std::size_t second_max_ = 0;  // the rate, rounded up: what an even interval shows in a second
  MonotonicTime next_;          // when the next permit is due
  bool waited_for_ = false;     // since the last call somebody wants more
  std::deque<Sends> recent_;    // of the last second
  std::size_t recent_count_ = 0;
};

}  // namespace spillway
