#include "actors/metrics.hpp"

#include <algorithm>

namespace spillway::actors {

void DurationHistogram::observe(Duration duration) {
  const auto bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), duration.count());
  const auto bucket = static_cast<std::size_t>(bound - bounds_us.begin());
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(duration.count(), std::memory_order_relaxed);
}

DurationHistogram::Reading DurationHistogram::read() const {
  Reading reading;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    reading.counts[i] = counts_[i].load(std::memory_order_relaxed);
  }
  reading.sum_us = sum_us_.load(std::memory_order_relaxed);
  return reading;
}

Duration QueueMetrics::oldest_age(Timestamp now) const {
  const std::int64_t since_us = oldest_since_us_.value();
  if (since_us == 0) return Duration::zero();
  return std::max(Duration::zero(), now.time_since_epoch() - Duration(since_us));
}

Metrics::Metrics(const Configuration& configuration, std::function<Timestamp()> now)
    : now_(std::move(now)) {
  for (const RelaySettings& settings : configuration.relays) {
    RelayMetrics& relay = relays.emplace_back();
    relay.id = settings.id;
    relay.name = settings.name;
  }
}

RelayMetrics* Metrics::find_relay(RelayId id) {
  const auto found = std::ranges::find(relays, id, &RelayMetrics::id);
  return found == relays.end() ? nullptr : &*found;
}

RelayMetrics& Metrics::relay(RelayId id) {
  RelayMetrics* const found = find_relay(id);
  SPILLWAY_CHECK(found != nullptr, "metrics were asked for a relay centre that is not there");
  return *found;
}

}  // namespace spillway::actors
