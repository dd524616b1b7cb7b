#include "net/webhook/retry_after.hpp"

#include <algorithm>

#include "engine/base/characters.hpp"
#include "engine/telling/limits.hpp"
#include "net/http/http_date.hpp"

namespace spillway::net {

std::optional<Duration> read_retry_after(std::string_view value, Timestamp now) {
  constexpr std::string_view blank = " \t";
  constexpr Duration longest = limits::webhook_retry_after_max;
  value.remove_prefix(std::min(value.find_first_not_of(blank), value.size()));
  value = value.substr(0, value.find_last_not_of(blank) + 1);
  if (value.empty()) return std::nullopt;
  if (std::ranges::all_of(value, is_digit)) {
    Duration wait = Duration::zero();
    for (const char c : value)  // however many digits there are
      wait = std::min<Duration>(wait * 10 + std::chrono::seconds(c - '0'), longest);
    return wait;
  }
  const auto until = read_http_date(value, now);
  if (!until) return std::nullopt;
  return std::clamp<Duration>(*until - now, Duration::zero(), longest);
}

}  // namespace spillway::net
