// Trouble that lasts, told when it begins, when its reason changes, once in a while and when it is
// over.
#pragma once

#include <optional>
#include <string>

#include "engine/base/limits.hpp"
#include "engine/base/time.hpp"

namespace spillway::actors {

class TroubleLog {
 public:
  enum class Tell { nothing, trouble, over };

  // What is to be told now that the reason is this, or that there is none any more.
  Tell look(const std::optional<std::string>& reason, MonotonicTime now) {
    if (!reason) {
      if (!since_) return Tell::nothing;
      lasted_ = now - *since_;
      since_.reset();
      return Tell::over;
    }
    const bool begins = !since_;
    if (begins) since_ = now;
    lasted_ = now - *since_;
    const bool changed = *reason != reason_ && now - told_at_ >= limits::trouble_lines_interval;
    if (!begins && !changed && now - told_at_ < limits::trouble_told_again) return Tell::nothing;
    reason_ = *reason;
    told_at_ = now;
    return Tell::trouble;
  }

  // Of what is told: for how long.
  std::int64_t lasted_seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(lasted_).count();
  }

 private:
  std::optional<MonotonicTime> since_;
  std::string reason_;
  MonotonicTime told_at_{};
  MonotonicTime::duration lasted_{};
};

}  // namespace spillway::actors
