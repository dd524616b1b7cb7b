// What an order's shop wants of its timing, and what was promised to it, as small as a queue entry
// needs it: 8 bytes, counted from the order's reception.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"

namespace spillway {

enum class Urgency : std::uint8_t { normal = 0, high = 1 };

inline std::string_view to_text(Urgency urgency) {
  return urgency == Urgency::high ? "high" : "normal";
}

class OrderTiming {
 public:
  using milliseconds = std::chrono::milliseconds;

  OrderTiming() = default;

  // A verdict wanted in the past counts as wanted at once; what is farther away than 24 days, or
  // promised for later than 49, counts as just that.
  OrderTiming(Urgency urgency, std::optional<milliseconds> verdict_within,
              std::optional<milliseconds> expected_within)
      : verdict_(bounded(verdict_within, ~urgent_bit) |
                 (urgency == Urgency::high ? urgent_bit : 0)),
        expected_(bounded(expected_within, UINT32_MAX)) {}

  Urgency urgency() const { return (verdict_ & urgent_bit) != 0 ? Urgency::high : Urgency::normal; }
  std::optional<milliseconds> verdict_within() const { return some(verdict_ & ~urgent_bit); }
  std::optional<milliseconds> expected_within() const { return some(expected_); }

  // Nothing is wanted: the order waits in the order in which it came.
  bool is_plain() const { return verdict_ == 0; }

  // All of it in one number, for rows.
  std::uint64_t packed() const { return std::uint64_t{verdict_} << 32U | expected_; }
  static OrderTiming unpacked(std::uint64_t number) {
    OrderTiming timing;
    timing.verdict_ = static_cast<std::uint32_t>(number >> 32U);
    timing.expected_ = static_cast<std::uint32_t>(number);
    return timing;
  }

  friend bool operator==(const OrderTiming&, const OrderTiming&) = default;

 private:
  static constexpr std::uint32_t urgent_bit = 1U << 31U;

  static std::uint32_t bounded(std::optional<milliseconds> time, std::uint32_t most) {
    if (!time) return 0;
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(time->count(), 1, static_cast<std::int64_t>(most)));
  }
  static std::optional<milliseconds> some(std::uint32_t count) {
    return count == 0 ? std::nullopt : std::optional(milliseconds(count));
  }

  std::uint32_t verdict_ = 0;  // ms, 0: none said; the highest bit: urgent
  std::uint32_t expected_ = 0;
};

}  // namespace spillway
