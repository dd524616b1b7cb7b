// The timing of the transmission to a relay centre (seed 000: "A timing with which the Web server
// system 12 transmits…"): as permits, each good for one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/time.hpp"
#include "engine/token_bucket.hpp"

namespace spillway {

enum class PacingKind : std::uint8_t {
  immediate = 1,  // as soon as the line has room
  paced = 2,      // one by one, at an interval
};

struct Pacing {
  PacingKind kind = PacingKind::immediate;
  double per_second = 0;  // of `paced`; 1 / interval
  friend bool operator==(const Pacing&, const Pacing&) = default;
};

class Pacer {
 public:
  Pacer(const Pacing& pacing, MonotonicTime now);

  // How many of `wanted` requests may be sent now; they count as sent.
  std::size_t permits(std::size_t wanted, MonotonicTime now);

  // Permits that were not used for a send.
  void give_back(std::size_t count);

  // When to ask again after `permits` gave fewer than wanted; nothing when waiting does not help.
  std::optional<MonotonicTime> next_at(MonotonicTime now) const;

  void change(const Pacing& pacing, MonotonicTime now);
  const Pacing& pacing() const { return pacing_; }

 private:
  Pacing pacing_;
  std::optional<TokenBucket> bucket_;  // of `paced`: a burst of one, so that the pace is even
};

}  // namespace spillway
