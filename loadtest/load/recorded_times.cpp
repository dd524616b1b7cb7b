#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>

#include "loadtest/base/civil_time.hpp"
#include "loadtest/load/arrivals.hpp"

namespace spillway::loadtest {
namespace {

constexpr double seconds_max = 1e10;  // the year 2286, as seconds since 1970

std::optional<Nanoseconds> time_from(std::string_view word) {
  if (const auto civil = civil_time_from(word)) return Nanoseconds(civil->time_since_epoch());
  double seconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  if (!(seconds >= 0 && seconds <= seconds_max)) return std::nullopt;
  // Whole seconds and the fraction apart: a double has not room for nanoseconds since 1970.
  const double whole = std::floor(seconds);
  return std::chrono::seconds(static_cast<std::int64_t>(whole)) +
         Nanoseconds(std::llround((seconds - whole) * 1e9));
}

std::string_view first_word(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_first_of(" \t\r,"));
}

}  // namespace

Result<std::vector<Nanoseconds>> read_recorded_times(const std::string& path, double speed) {
  std::ifstream file(path);
  if (!file) return Error{path + ": cannot be read"};
  std::vector<Nanoseconds> times;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const std::string_view word = first_word(line);
    if (word.empty() || word.front() == '#') continue;
    const auto time = time_from(word);
    if (!time) {
      return Error{path + ":" + std::to_string(number) +
                   ": does not begin with a time in seconds or as RFC 3339"};
    }
    times.push_back(*time);
  }
  if (times.empty()) return Error{path + ": holds no times"};
  std::sort(times.begin(), times.end());
  const Nanoseconds first = times.front();
  for (Nanoseconds& time : times) {
    const auto since = static_cast<double>((time - first).count());
    time = Nanoseconds(std::llround(since / speed));
  }
  return times;
}

}  // namespace spillway::loadtest
