// The families of GET /metrics that each relay centre has samples of.
#pragma once

#include <deque>

#include "actors/metrics/metric_families.hpp"

namespace spillway::actors {

void collect_relays(const std::deque<RelayMetrics>& relays, MetricFamilies& families);

}  // namespace spillway::actors
