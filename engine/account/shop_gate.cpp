#include "engine/account/shop_gate.hpp"

#include <algorithm>

namespace spillway {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

}  // namespace

void ShopGate::set_limits(const ShopLimits& limits) {
  const std::int64_t rate = limits.orders_per_second;
  const std::int64_t burst = limits.burst != 0 ? limits.burst : std::max<std::int64_t>(rate, 1);
  const std::int64_t interval = rate == 0 ? 0 : (second_ns + rate - 1) / rate;
  tolerance_ns_.store(interval * (burst - 1), std::memory_order_relaxed);
  interval_ns_.store(interval, std::memory_order_relaxed);
  places_.store(limits.open_orders, std::memory_order_relaxed);
}

std::optional<std::chrono::nanoseconds> ShopGate::take(MonotonicTime now) {
  const std::int64_t interval = interval_ns_.load(std::memory_order_relaxed);
  if (interval == 0) return std::nullopt;
  const std::int64_t tolerance = tolerance_ns_.load(std::memory_order_relaxed);
  const std::int64_t now_ns = now.time_since_epoch().count();
  std::int64_t full_at = full_at_ns_.load(std::memory_order_relaxed);
  while (true) {
    const std::int64_t ahead = std::max<std::int64_t>(full_at - now_ns, 0);
    if (ahead > tolerance) return std::chrono::nanoseconds(ahead - tolerance);
    if (full_at_ns_.compare_exchange_weak(full_at, now_ns + ahead + interval,
                                          std::memory_order_relaxed))
      return std::nullopt;
  }
}

bool ShopGate::has_place() const {
  const std::int64_t places = places_.load(std::memory_order_relaxed);
  return places == 0 || taken_.load(std::memory_order_relaxed) < places;
}

bool ShopGate::take_place() {
  const std::int64_t places = places_.load(std::memory_order_relaxed);
  if (taken_.fetch_add(1, std::memory_order_relaxed) < places || places == 0) return true;
  give_place_back();
  return false;
}

}  // namespace spillway
