// Chance from a seed: the same seed and the same requests in the same order give the same run.
#pragma once

#include <cstdint>

#include "engine/base/time.hpp"

namespace spillway::sandbox {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  // splitmix64 (Steele, Lea, Flood 2014).
  std::uint64_t roll() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  // In [0, 1).
  double fraction() { return static_cast<double>(roll() >> 11U) * 0x1.0p-53; }

  bool coin() { return (roll() >> 63U) != 0; }

  // Evenly spread, both ends included.
  Duration between(Duration min, Duration max) {
    if (min >= max) return min;
    const auto width = static_cast<std::uint64_t>((max - min).count()) + 1;
    return min + Duration(static_cast<Duration::rep>(roll() % width));
  }

 private:
  std::uint64_t state_;
};

}  // namespace spillway::sandbox
