// Since when a relay line is down, and why, for whoever asks.
//
// Threads: everything from any.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/time.hpp"

namespace spillway::actors {

class LineTrouble {
 public:
  struct Down {
    Timestamp since;
    std::string reason;  // a sentence
  };

  // It is down from `now` on, or for another reason than before.
  void set_down(Timestamp now, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (!down_ || down_->since == Timestamp()) down_ = Down{now, {}};
    down_->reason = std::move(reason);
  }
  void set_up() {
    const std::lock_guard lock(mutex_);
    down_.reset();
  }
  // Nothing: it is up.
  std::optional<Down> down() const {
    const std::lock_guard lock(mutex_);
    return down_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Down> down_ = Down{{}, "it is not run yet"};
};

}  // namespace spillway::actors
