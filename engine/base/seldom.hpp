// Which of many equal events a person is told of: the first at once, and while more of them come
// one now and then, with how many there were. So trouble is told, and does not bury what else is.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/time.hpp"

namespace spillway {

class Seldom {
 public:
  // Kinds that are told apart; what comes beyond counts as one kind.
  static constexpr std::size_t kinds_max = 64;

  explicit Seldom(Duration pause = std::chrono::hours(1)) : pause_(pause) {}

  // `count` events of a kind happened. Gives how many there were since it was told last, these
  // included; nothing when it is not to be told now.
  std::optional<std::uint64_t> happened(std::string_view kind, MonotonicTime now,
                                        std::uint64_t count = 1) {
    auto found = kinds_.find(kind);
    if (found == kinds_.end()) {
      if (kinds_.size() >= kinds_max) forget_until(now - pause_);
      if (kinds_.size() >= kinds_max) kind = {};
      found = kinds_.try_emplace(std::string(kind)).first;
    }
    Kind& known = found->second;
    known.untold += count;
    if (known.told && now - *known.told < pause_) return std::nullopt;
    known.told = now;
    return std::exchange(known.untold, 0);
  }

  // It is over: the next event of any kind is told at once.
  void forget() { kinds_.clear(); }

 private:
  struct Kind {
    std::optional<MonotonicTime> told;
    std::uint64_t untold = 0;
  };

  void forget_until(MonotonicTime time) {
    std::erase_if(kinds_, [&](const auto& kind) { return kind.second.told <= time; });
  }

  Duration pause_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace spillway
