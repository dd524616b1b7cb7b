// A rate as tokens: they come at a constant rate up to a burst, and what takes them never takes
// more than came.
#pragma once

#include <cstddef>

#include "engine/time.hpp"

namespace spillway {

class TokenBucket {
 public:
  // A full bucket. `per_second` > 0, `burst` >= 1.
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
  void fill(MonotonicTime now);

  double per_second_;
  double burst_;
  double tokens_;
  MonotonicTime filled_at_;
};

}  // namespace spillway
