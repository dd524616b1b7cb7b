// Counts times in constant memory, log-linear like HdrHistogram: each power of two of nanoseconds
// is cut into 128 buckets of equal width, so a bucket is at most 1/128 of its value wide and its
// middle is at most 0.4% away from whatever fell into it. Up to 127 ns each value has its own
// bucket.
//
// Counts are exact and 64 bits wide: a quantile over 10^8 values is the bucket in which the value
// of just that rank lies. Two histograms are merged by adding their counts, which loses nothing; so
// what several machines measured is judged as if one had.
//
// 37 KiB each. Threads: one.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace spillway::loadtest {

using Nanoseconds = std::chrono::nanoseconds;

class Histogram {
 public:
  // What is longer (2^42 ns, 73 minutes) counts as this long; `max` tells it exactly all the same.
  static constexpr unsigned bits_max = 42;

  // A negative time counts as none.
  void add(Nanoseconds time, std::uint64_t times = 1);
  void merge(const Histogram& other);

  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  Nanoseconds min() const { return Nanoseconds(empty() ? 0 : min_); }  // exact
  Nanoseconds max() const { return Nanoseconds(max_); }                // exact
  Nanoseconds mean() const;                                            // exact

  // The value below or at which that share of all values lies (0 < share ≤ 1), within 0.4%. Zero
  // when empty.
  Nanoseconds quantile(double share) const;

  // The share of the values that are below `time`, to a bucket.
  double share_below(Nanoseconds time) const;

  // The buckets that are not empty, ascending: what is stored and sent.
  using Buckets = std::vector<std::pair<std::uint32_t, std::uint64_t>>;
  Buckets buckets() const;
  // Adds counts that `buckets` gave, with the exact figures beside them. False when a bucket does
  // not exist; then nothing was added.
  bool add_buckets(const Buckets& buckets, Nanoseconds min, Nanoseconds max, Nanoseconds sum);
  Nanoseconds sum() const { return Nanoseconds(sum_); }

 private:
  static constexpr unsigned half_bits = 7;  // 128 buckets a power of two
  static constexpr std::uint64_t half = 1U << half_bits;
  static constexpr std::size_t buckets_count = (bits_max - half_bits + 1) * half;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t middle_of(std::size_t bucket);

  std::array<std::uint64_t, buckets_count> counts_{};
  std::uint64_t count_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t min_ = INT64_MAX;
  std::int64_t max_ = 0;
};

inline std::size_t Histogram::bucket_of(std::uint64_t value) {
  if (value < half) return value;
  if (value >> bits_max != 0) return buckets_count - 1;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - (half_bits + 1);
  // The leading bit says which power of two; the seven bits behind it which bucket of it.
  return (std::size_t{shift} << half_bits) + (value >> shift);
}

inline void Histogram::add(Nanoseconds time, std::uint64_t times) {
  const std::int64_t value = time.count() < 0 ? 0 : time.count();
  counts_[bucket_of(static_cast<std::uint64_t>(value))] += times;
  count_ += times;
  sum_ += value * static_cast<std::int64_t>(times);
  if (value < min_) min_ = value;
  if (value > max_) max_ = value;
}

}  // namespace spillway::loadtest
