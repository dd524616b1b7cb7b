// Times of a zone's clock by rule: the TZ texts of POSIX.1-2017 (Base Definitions, 8.3) with the
// extended hours of RFC 9636 3.3.1, as they stand at the end of the tz database's files:
// "EST5EDT,M3.2.0,M11.1.0".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/calendar/time_zone.hpp"

namespace spillway {

struct ZoneRule {
  std::chrono::seconds standard_offset{};

  // A change of the clock that comes every year.
  struct Yearly {
    enum class Kind { weekday_of_month, day_without_leap, day } kind{};
    unsigned month = 0;           // of weekday_of_month, as the two below
    unsigned week = 0;            // 5: the last
    unsigned weekday = 0;         // 0: Sunday
    unsigned day = 0;             // of the two others: of the year, from 1 or from 0
    std::chrono::seconds time{};  // by the wall clock before the change
  };
  struct Summer {
    std::chrono::seconds offset{};
    Yearly begins;
    Yearly ends;
  };
  std::optional<Summer> summer;
};

// Nothing for a text that is none, or that leaves the days of summer time to the reader.
std::optional<ZoneRule> zone_rule_from(std::string_view text);

// The changes of one year, by their time.
std::vector<OffsetChange> changes_of(const ZoneRule& rule, std::chrono::year year);

}  // namespace spillway
