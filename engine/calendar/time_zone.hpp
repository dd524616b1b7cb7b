// A civil time zone as plain data: from which instant on which offset from UTC holds. Whoever reads
// the system's zone files fills it in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway {

struct OffsetChange {
  Timestamp at;
  std::chrono::seconds offset{};  // from `at` on: local time minus UTC
  friend bool operator==(const OffsetChange&, const OffsetChange&) = default;
};

struct TimeZone {
  std::string name = "UTC";             // as the tz database has it: "Asia/Tokyo"
  std::chrono::seconds first_offset{};  // before the first change
  std::vector<OffsetChange> changes{};  // by their time
  friend bool operator==(const TimeZone&, const TimeZone&) = default;

  std::chrono::seconds offset_at(Timestamp at) const;
  std::optional<Timestamp> next_change(Timestamp after) const;  // later than `after`
};

}  // namespace spillway
