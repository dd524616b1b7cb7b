// How often trouble of one kind is logged that may come by the thousand: so many lines in an
// interval (limits::trouble_lines_max), the rest counted and told with the next line.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/limits.hpp"
#include "engine/base/time.hpp"

namespace spillway::actors {

class LogBudget {
 public:
  // How many were kept back since the last line. Nothing: this one is kept back, too.
  std::optional<std::uint64_t> take(MonotonicTime now) {
    if (!begun_ || now - *begun_ >= limits::trouble_lines_interval) {
      begun_ = now;
      lines_ = 0;
    }
    if (lines_ >= limits::trouble_lines_max) {
      ++kept_back_;
      return std::nullopt;
    }
    ++lines_;
    return std::exchange(kept_back_, 0);
  }

 private:
  std::optional<MonotonicTime> begun_;
  std::uint32_t lines_ = 0;
  std::uint64_t kept_back_ = 0;
};

}  // namespace spillway::actors
