// Hours of the day that come round every day, by the clock on the wall of a time zone: 23:00 to
// 05:00 in Asia/Tokyo. Where the wall clock is put forward, what it passes over does not take
// place; where it is put back, what it shows twice takes place twice.
#pragma once

#include <chrono>
#include <optional>

#include "engine/base/time.hpp"
#include "engine/calendar/time_zone.hpp"

namespace spillway {

struct DailyWindow {
  std::chrono::minutes from{};  // since midnight, below 24 h
  std::chrono::minutes to{};    // not part of it; before `from`: of the next day. Never equal to it
  TimeZone zone{};
  friend bool operator==(const DailyWindow&, const DailyWindow&) = default;

  bool is_open(Timestamp at) const;

  // The first instant after `at` at which it opens or closes; nothing when it never does again
  // within the next days (the zone passes over it each time).
  std::optional<Timestamp> next_change(Timestamp at) const;

  // By the wall clock, on a day without a change of the zone's offset.
  std::chrono::minutes length() const;
};

}  // namespace spillway
