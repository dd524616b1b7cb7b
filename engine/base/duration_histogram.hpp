// How often durations fell into each of some buckets, for /metrics. Whoever has many at once
// gathers them in a Tally, plain numbers, and adds that: an observation costs about 10 ns there.
//
// Threads: a DurationHistogram everything from any; a Tally one.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/time.hpp"

namespace spillway {

// Upper bounds of buckets in microseconds, each included, rising.
using DurationBounds = std::span<const std::int64_t>;

class DurationHistogram {
 public:
  static constexpr std::size_t buckets_max = 16;  // with the last, which has no bound

  // What is answered while somebody waits: 0.1 ms to 5 s.
  static constexpr std::array<std::int64_t, 15> short_bounds_us = {
      100,    200,     500,     1'000,   2'000,     5'000,     10'000,   20'000,
      50'000, 100'000, 200'000, 500'000, 1'000'000, 2'000'000, 5'000'000};
  // What runs behind: 0.1 s to a day.
  static constexpr std::array<std::int64_t, 14> long_bounds_us = {
      100'000,     250'000,       500'000,        1'000'000,     2'500'000,
      5'000'000,   10'000'000,    30'000'000,     60'000'000,    300'000'000,
      900'000'000, 3'600'000'000, 14'400'000'000, 86'400'000'000};

  class Tally;
  struct Reading {
    DurationBounds bounds;
    std::array<std::uint64_t, buckets_max> counts{};  // a bucket each, the last unbounded
    std::int64_t sum_us = 0;
  };

  // The bounds outlive it; there are fewer than `buckets_max`.
  explicit DurationHistogram(DurationBounds bounds) : bounds_(bounds) {}

  // A duration below zero, which a civil clock that was set back makes, counts as zero.
  void observe(Duration duration);
  void add(const Tally& tally);
  Reading read() const;

 private:
  DurationBounds bounds_;
  std::array<std::atomic<std::uint64_t>, buckets_max> counts_{};
  std::atomic<std::int64_t> sum_us_{0};
};

class DurationHistogram::Tally {
 public:
  explicit Tally(const DurationHistogram& histogram) : bounds_(histogram.bounds_) {}
  void observe(Duration duration);

 private:
  friend class DurationHistogram;

  DurationBounds bounds_;
  std::array<std::uint32_t, buckets_max> counts_{};
  std::int64_t sum_us_ = 0;
};

}  // namespace spillway
