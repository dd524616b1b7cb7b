#include "engine/base/duration_histogram.hpp"

#include <algorithm>

namespace spillway {

namespace {

std::size_t bucket_of(DurationBounds bounds, std::int64_t us) {
  return static_cast<std::size_t>(std::ranges::lower_bound(bounds, us) - bounds.begin());
}

std::int64_t microseconds(Duration duration) {
  return std::max<std::int64_t>(duration.count(), 0);
}

}  // namespace

void DurationHistogram::observe(Duration duration) {
  const std::int64_t us = microseconds(duration);
  counts_[bucket_of(bounds_, us)].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(us, std::memory_order_relaxed);
}

void DurationHistogram::Tally::observe(Duration duration) {
  const std::int64_t us = microseconds(duration);
  ++counts_[bucket_of(bounds_, us)];
  sum_us_ += us;
}

void DurationHistogram::add(const Tally& tally) {
  for (std::size_t i = 0; i <= bounds_.size(); ++i)
    if (tally.counts_[i] > 0) counts_[i].fetch_add(tally.counts_[i], std::memory_order_relaxed);
  if (tally.sum_us_ > 0) sum_us_.fetch_add(tally.sum_us_, std::memory_order_relaxed);
}

DurationHistogram::Reading DurationHistogram::read() const {
  Reading reading;
  reading.bounds = bounds_;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    reading.counts[i] = counts_[i].load(std::memory_order_relaxed);
  reading.sum_us = sum_us_.load(std::memory_order_relaxed);
  return reading;
}

}  // namespace spillway
