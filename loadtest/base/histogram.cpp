#include "loadtest/base/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace spillway::loadtest {

std::uint64_t Histogram::middle_of(std::size_t bucket) {
  if (bucket < 2 * half) return bucket;
  const std::size_t shift = (bucket >> half_bits) - 1;
  const std::uint64_t low = (half + (bucket & (half - 1))) << shift;
  return low + ((std::uint64_t{1} << shift) / 2);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_count; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

Nanoseconds Histogram::mean() const {
  return Nanoseconds(empty() ? 0 : sum_ / static_cast<std::int64_t>(count_));
}

Nanoseconds Histogram::quantile(double share) const {
  if (empty()) return {};
  // The smallest rank that covers the share; the 1e-9 takes back what a share like 0.9 gains as a
  // binary fraction.
  const double exact = share * static_cast<double>(count_);
  const auto rank = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(exact - exact * 1e-9)), 1, count_);
  if (rank == count_) return max();
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_count; ++bucket) {
    seen += counts_[bucket];
    if (seen < rank) continue;
    return Nanoseconds(std::clamp(static_cast<std::int64_t>(middle_of(bucket)), min_, max_));
  }
  return max();
}

double Histogram::share_below(Nanoseconds time) const {
  if (empty() || time.count() <= 0) return 0;
  const std::size_t end = bucket_of(static_cast<std::uint64_t>(time.count()));
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < end; ++bucket) below += counts_[bucket];
  return static_cast<double>(below) / static_cast<double>(count_);
}

Histogram::Buckets Histogram::buckets() const {
  Buckets found;
  for (std::size_t bucket = 0; bucket < buckets_count; ++bucket) {
    if (counts_[bucket] != 0) {
      found.emplace_back(static_cast<std::uint32_t>(bucket), counts_[bucket]);
    }
  }
  return found;
}

bool Histogram::add_buckets(const Buckets& buckets, Nanoseconds min, Nanoseconds max,
                            Nanoseconds sum) {
  const bool known = std::all_of(buckets.begin(), buckets.end(),
                                 [](const auto& bucket) { return bucket.first < buckets_count; });
  if (!known) return false;
  if (buckets.empty()) return true;
  for (const auto& [bucket, count] : buckets) {
    counts_[bucket] += count;
    count_ += count;
  }
  sum_ += sum.count();
  min_ = std::min(min_, min.count());
  max_ = std::max(max_, max.count());
  return true;
}

}  // namespace spillway::loadtest
