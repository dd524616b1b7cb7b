// A rate as tokens: they come at a constant rate up to a burst, and what takes them never takes
// more than came. Kept as whole nanoseconds (the interval of one token, and when the bucket will be
// full again), so that nothing drifts however long it runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"

namespace spillway {

class TokenBucket {
 public:
  // A full bucket. `per_second` at least one a day, `burst` >= 1, of which whole tokens count.
  TokenBucket(double per_second, double burst, MonotonicTime now);

  // Takes up to `wanted`; says how many it got.
  std::size_t take(std::size_t wanted, MonotonicTime now);

  // Gives back what was taken and not used.
  void give_back(std::size_t count);

  // When the next token will be there; `now` when one is.
  MonotonicTime next_at(MonotonicTime now) const;

  void set_rate(double per_second, double burst, MonotonicTime now);
  double per_second() const { return per_second_; }

 private:
  double per_second_;
  std::chrono::nanoseconds interval_;
  std::int64_t burst_;
  MonotonicTime full_at_;
};

}  // namespace spillway
