#include "loadtest/base/measurements.hpp"

#include <algorithm>

#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {

Window& Measurements::window(Nanoseconds time) {
  // Twice as many as planned: what comes after the last arrival has its windows too.
  const auto index =
      std::clamp<std::int64_t>(time / window_length_, 0, std::int64_t{limits::windows_max} * 2 - 1);
  if (static_cast<std::size_t>(index) >= windows_.size()) {
    windows_.resize(static_cast<std::size_t>(index) + 1);
  }
  return windows_[static_cast<std::size_t>(index)];
}

void Measurements::add_accepted(Nanoseconds intended, Nanoseconds took) {
  Window& at = window(intended);
  if (at.accept == nullptr) at.accept = std::make_unique<Histogram>();
  at.accept->add(took);
  add(Measure::accept, took);
  ++window(intended + took).accepted;
}

void Measurements::merge(const Measurements& other) {
  for (std::size_t i = 0; i < times_.size(); ++i) times_[i].merge(other.times_[i]);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  for (std::size_t i = 0; i < statuses_.size(); ++i) statuses_[i] += other.statuses_[i];
  if (windows_.size() < other.windows_.size()) windows_.resize(other.windows_.size());
  for (std::size_t i = 0; i < other.windows_.size(); ++i) {
    Window& ours = windows_[i];
    const Window& theirs = other.windows_[i];
    ours.arrivals += theirs.arrivals;
    ours.accepted += theirs.accepted;
    ours.overloaded += theirs.overloaded;
    ours.failed += theirs.failed;
    ours.authorized += theirs.authorized;
    ours.refused += theirs.refused;
    ours.cancelled += theirs.cancelled;
    if (theirs.accept == nullptr) continue;
    if (ours.accept == nullptr) ours.accept = std::make_unique<Histogram>();
    ours.accept->merge(*theirs.accept);
  }
}

std::uint64_t Measurements::errors() const {
  std::uint64_t sum = 0;
  for (const Count kind : {Count::unreachable, Count::closed, Count::timed_out, Count::garbage,
                           Count::wrong_status, Count::wrong_repeat}) {
    sum += count(kind);
  }
  return sum;
}

Nanoseconds window_length_for(Nanoseconds duration) {
  constexpr auto second = std::chrono::seconds(1);
  const auto seconds = (duration + second - Nanoseconds(1)) / second;
  const auto count = static_cast<std::int64_t>(limits::windows_max);
  return std::max<std::int64_t>(1, (seconds + count - 1) / count) * second;
}

}  // namespace spillway::loadtest
