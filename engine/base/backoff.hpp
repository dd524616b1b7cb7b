// How long to wait before trying again: doubling, with jitter, so that what failed together does
// not come back together. The jitter is computed from a seed: the same try of the same thing waits
// equally long in every run, which the simulation needs.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/invariants.hpp"
#include "engine/base/time.hpp"

namespace spillway::backoff {

// The wait after `tries` failed tries: none after 0, and after the n-th evenly spread over
// [step / 2, step] with step = min · 2ⁿ, never below `min` and never above `max`. `seed` tells
// apart what retries side by side: an order's number, for example. 0 < min ≤ max.
constexpr Duration delay(std::uint32_t tries, Duration min, Duration max, std::uint64_t seed) {
  SPILLWAY_CHECK(min > Duration::zero() && min <= max, "a back-off has no room to grow");
  if (tries == 0) return Duration::zero();
  Duration step = min;
  for (std::uint32_t i = 0; i < tries && step < max; ++i) step = step > max / 2 ? max : step * 2;
  const Duration low = std::max(min, step / 2);

  // splitmix64 (Steele, Lea, Flood 2014), over the seed and the try.
  std::uint64_t z = seed + (std::uint64_t{tries} + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  const auto width = static_cast<std::uint64_t>((step - low).count()) + 1;
  return low + Duration(static_cast<Duration::rep>(z % width));
}

}  // namespace spillway::backoff
