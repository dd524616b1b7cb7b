// Grows the families that GET /metrics shows, in the order in which they are added.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "actors/metrics/metrics.hpp"

namespace spillway::actors {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

double seconds_of(std::int64_t microseconds);

class MetricFamilies {
 public:
  void counter(const std::string& name, const std::string& help) {
    add(name, help, prometheus::MetricType::Counter);
  }
  void gauge(const std::string& name, const std::string& help) {
    add(name, help, prometheus::MetricType::Gauge);
  }
  void histogram(const std::string& name, const std::string& help) {
    add(name, help, prometheus::MetricType::Histogram);
  }

  // A family that many programs have, under the name that it has there.
  void common(const std::string& name, const std::string& help, prometheus::MetricType type) {
    families_.push_back({name, help, type, {}});
  }

  // A sample of the family that was added last.
  void sample(double value, MetricLabels labels = {});
  void sample(std::uint64_t value, MetricLabels labels = {}) {
    sample(static_cast<double>(value), std::move(labels));
  }
  void sample(std::int64_t value, MetricLabels labels = {}) {
    sample(static_cast<double>(value), std::move(labels));
  }
  void sample(const DurationHistogram::Reading& reading, MetricLabels labels = {});

  std::vector<prometheus::MetricFamily> take() { return std::move(families_); }

 private:
  void add(const std::string& name, const std::string& help, prometheus::MetricType type) {
    common("spillway_" + name, help, type);
  }

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace spillway::actors
