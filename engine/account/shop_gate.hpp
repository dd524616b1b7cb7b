// What lets a shop's orders in: at the rate it may send them, before anything of them is read, and
// as many as may be open at a time. All loops share a shop's one gate, so both hold exactly however
// its connections are spread.
//
// The rate is the generic cell rate algorithm (ITU-T I.371): one number, the time at which the
// bucket will be full again, moved on by compare and swap. 10 ns; nothing where there is no rate.
//
// An order is open from its acceptance until it is first sent for authorization, or cancelled
// before. Each takes a place and carries this gate with it (WaitingOrder::place) to give the place
// back; in a shop without that limit none does. What was accepted before the limit was set takes no
// place.
//
// Threads: any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/account/shop.hpp"
#include "engine/base/time.hpp"

namespace spillway {

class ShopGate {
 public:
  void set_limits(const ShopLimits& limits);

  bool has_rate() const { return interval_ns_.load(std::memory_order_relaxed) != 0; }

  // Takes one order's place in the rate; how long to wait when there is none.
  std::optional<std::chrono::nanoseconds> take(MonotonicTime now);

  bool limits_open_orders() const { return places_.load(std::memory_order_relaxed) != 0; }
  bool has_place() const;
  // False when as many are open as may.
  bool take_place();
  // A place for an order that is open already, whatever the limit.
  void keep_place() { taken_.fetch_add(1, std::memory_order_relaxed); }
  void give_place_back() { taken_.fetch_sub(1, std::memory_order_relaxed); }
  std::int64_t places_taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> interval_ns_{0};   // of one order; 0: no rate
  std::atomic<std::int64_t> tolerance_ns_{0};  // how far ahead of the rate a burst may be
  std::atomic<std::int64_t> full_at_ns_{0};
  std::atomic<std::int64_t> places_{0};  // of open orders; 0: no limit
  std::atomic<std::int64_t> taken_{0};
};

}  // namespace spillway
