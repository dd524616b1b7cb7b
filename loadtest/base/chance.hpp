// Chance that can be asked for by place: what happens to the n-th order follows from the run's seed
// and n alone. So a run is reproducible whatever answers come when, several machines that share one
// agree without talking, and the audit can say afterwards what each order was.
#pragma once

#include <cstdint>

namespace spillway::loadtest {

class Chance {
 public:
  // The stream of the thing number `place` under `seed`.
  Chance(std::uint64_t seed, std::uint64_t place) : state_(mix(seed) ^ mix(~place)) {}

  // splitmix64 (Steele, Lea, Flood 2014).
  std::uint64_t roll() { return mix(state_ += 0x9E3779B97F4A7C15ULL); }

  // In [0, 1).
  double fraction() { return static_cast<double>(roll() >> 11U) * 0x1.0p-53; }

  // In [0, count).
  std::uint64_t below(std::uint64_t count) {
    return roll() % count;  // the bias is below count / 2^64
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace spillway::loadtest
