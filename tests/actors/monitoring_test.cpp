// What operators put alarms on exists: every metric that docs/ names is one that GET /metrics
// shows.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "actors/metrics.hpp"

namespace spillway::actors {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(SPILLWAY_SOURCE_DIR "/docs/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> shown_metrics() {
  Configuration configuration;
  configuration.relays.emplace_back();
  Metrics metrics(configuration, [] { return Timestamp{}; });
  metrics.http_counts = [] { return net::HttpCounts{}; };
  metrics.tls_certificate_ends.set(1);
  metrics.nodes.put({.name = "node-1"});
  std::set<std::string> names;
  for (const auto& family : metrics.Collect()) {
    names.insert(family.name);
    if (family.type != prometheus::MetricType::Histogram) continue;
    for (const char* part : {"_bucket", "_sum", "_count"}) names.insert(family.name + part);
  }
  return names;
}

std::set<std::string> named_metrics(const std::string& text) {
  const std::regex name("\\bspillway_[a-z_]+");
  std::set<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it)
    names.insert(it->str());
  return names;
}

TEST(Monitoring, NamesMetricsThatExist) {
  const auto shown = shown_metrics();
  for (const char* path :
       {"monitoring/prometheus-alerts.yml", "monitoring/grafana-dashboard.json", "operations.md"}) {
    const auto named = named_metrics(read(path));
    EXPECT_GE(named.size(), 5U) << path;
    for (const std::string& name : named) EXPECT_TRUE(shown.contains(name)) << path << ": " << name;
  }
}

TEST(Monitoring, HasADashboardThatIsJson) {
  const auto dashboard = nlohmann::json::parse(read("monitoring/grafana-dashboard.json"));
  EXPECT_EQ(dashboard.at("title"), "Spillway");
  EXPECT_GE(dashboard.at("panels").size(), 10U);
}

}  // namespace
}  // namespace spillway::actors
