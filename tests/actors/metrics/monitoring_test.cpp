// What operators put alarms on exists: every metric that docs/ names is one that GET /metrics
// shows, and rules, table and dashboard are about the same. That each rule fires when it should is
// told in tests/system/monitoring.
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "actors/metrics/metrics.hpp"

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
  metrics.answer_counts = [] { return std::vector<net::ApiAnswerCount>(1); };
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
  const std::regex name("\\b(?:spillway|process)_[a-z_]+");
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

// By the alert's name: all that is said of it.
std::map<std::string, std::string> rules() {
  const std::string text = read("monitoring/prometheus-alerts.yml");
  const std::regex begin("- alert: (\\w+)\n");
  std::map<std::string, std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), begin), end; it != end; ++it) {
    const auto from = static_cast<std::size_t>(it->position()) + 2;
    found[it->str(1)] = text.substr(from, text.find("- alert: ", from) - from);
  }
  return found;
}

// The rows of operations.md's table: the metric, as it stands there, by the alert's name.
std::map<std::string, std::string> alarms() {
  const std::string text = read("operations.md");
  const std::regex row("\n\\| `([^`]+)` \\|.*\\| `(Spillway\\w+)` \\|");
  std::map<std::string, std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), row), end; it != end; ++it) {
    std::string metric = it->str(1);
    std::erase(metric, '\\');  // before the | within a cell
    EXPECT_TRUE(found.emplace(it->str(2), metric).second) << it->str(2) << " stands twice";
  }
  return found;
}

TEST(Monitoring, TellsOperatorsOfEachRuleAndHasARuleForEachAlarm) {
  const auto told = alarms();
  const auto all = rules();
  EXPECT_GE(all.size(), 20U);
  for (const auto& [name, text] : all) EXPECT_TRUE(told.contains(name)) << name;
  for (const auto& [name, metric] : told) {
    ASSERT_TRUE(all.contains(name)) << name;
    EXPECT_NE(all.at(name).find(metric), std::string::npos) << name << " is not about " << metric;
  }
}

TEST(Monitoring, ShowsOnTheDashboardWhatAlarmsGoBy) {
  const auto drawn = named_metrics(read("monitoring/grafana-dashboard.json"));
  for (const auto& [name, text] : rules()) {
    if (text.starts_with("alert: SpillwayDown\n")) continue;
    for (const std::string& metric : named_metrics(text))
      EXPECT_TRUE(drawn.contains(metric)) << name << ": " << metric;
  }
}

TEST(Monitoring, HasADashboardThatIsJson) {
  const auto dashboard = nlohmann::json::parse(read("monitoring/grafana-dashboard.json"));
  EXPECT_EQ(dashboard.at("title"), "Spillway");
  EXPECT_GE(dashboard.at("panels").size(), 10U);
}

}  // namespace
}  // namespace spillway::actors
