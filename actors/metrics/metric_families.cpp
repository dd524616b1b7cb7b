#include "actors/metrics/metric_families.hpp"

#include <limits>

namespace spillway::actors {

using prometheus::ClientMetric;

double seconds_of(std::int64_t microseconds) {
  return static_cast<double>(microseconds) / 1e6;
}

void MetricFamilies::sample(double value, MetricLabels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  metric.gauge.value = value;
  families_.back().metric.push_back(std::move(metric));
}

void MetricFamilies::sample(const DurationHistogram::Reading& reading, MetricLabels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= reading.bounds.size(); ++i) {
    below += reading.counts[i];
    const bool last = i == reading.bounds.size();
    metric.histogram.bucket.push_back(
        {below, last ? std::numeric_limits<double>::infinity() : seconds_of(reading.bounds[i])});
  }
  metric.histogram.sample_count = below;
  metric.histogram.sample_sum = seconds_of(reading.sum_us);
  families_.back().metric.push_back(std::move(metric));
}

}  // namespace spillway::actors
