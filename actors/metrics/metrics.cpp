#include "actors/metrics/metrics.hpp"

#include <algorithm>

namespace spillway::actors {

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
