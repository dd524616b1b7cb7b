// What lets a shop's orders in, at the rate it may send them, before anything of them is read. All
// loops share a shop's one gate, so its rate holds exactly however its connections are spread.
//
// The rate is the generic cell rate algorithm (ITU-T I.371): one number, the time at which the
// bucket will be full again, moved on by compare and swap. 10 ns; nothing where there is no rate.
//
// Threads: any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/shop.hpp"
#include "engine/time.hpp"

namespace spillway {

class ShopGate {
 public:
  void set_limits(const ShopLimits& limits);

  bool has_rate() const { return interval_ns_.load(std::memory_order_relaxed) != 0; }

  // Takes one order's place in the rate; how long to wait when there is none.
  std::optional<std::chrono::nanoseconds> take(MonotonicTime now);

 private:
  std::atomic<std::int64_t> interval_ns_{0};   // of one order; 0: no rate
  std::atomic<std::int64_t> tolerance_ns_{0};  // how far ahead of the rate a burst may be
  std::atomic<std::int64_t> full_at_ns_{0};
};

}  // namespace spillway
