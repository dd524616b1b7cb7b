#include "loadtest/civil_time.hpp"

#include <fmt/format.h>

namespace spillway::loadtest {
namespace {

// Digits at a place; negative when something else stands there.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Duration> fraction_from(std::string_view text) {
  if (text.empty()) return Duration{};
  if (text.size() < 2 || text.size() > 10 || text.front() != '.') return std::nullopt;
  int micros = 0;
  for (std::size_t i = 1; i <= 6; ++i) {
    const int digit = i < text.size() ? digits(text, i, 1) : 0;
    if (digit < 0) return std::nullopt;
    micros = micros * 10 + digit;
  }
  for (std::size_t i = 7; i < text.size(); ++i) {
    if (digits(text, i, 1) < 0) return std::nullopt;
  }
  return Duration(micros);
}

}  // namespace

std::optional<Timestamp> civil_time_from(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() <= form.size() || text.back() != 'Z') return std::nullopt;
  for (const std::size_t i : {4U, 7U, 10U, 13U, 16U}) {
    if (text[i] != form[i]) return std::nullopt;
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  const auto fraction = fraction_from(text.substr(form.size(), text.size() - form.size() - 1));
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60 || !fraction) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + *fraction;
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
