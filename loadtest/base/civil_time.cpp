#include "loadtest/base/civil_time.hpp"

#include <fmt/format.h>

#include "net/text/timestamp.hpp"

namespace spillway::loadtest {

std::optional<Timestamp> civil_time_from(std::string_view text) {
  return net::timestamp_from(text);
}

std::string to_civil_text(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace spillway::loadtest
