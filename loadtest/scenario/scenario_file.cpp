// From TOML to a Scenario, checked as a whole.
#include <fstream>
#include <sstream>

#include "loadtest/base/limits.hpp"
#include "loadtest/scenario/scenario_sections.hpp"

namespace spillway::loadtest {
namespace {

std::vector<Threshold> read_thresholds(TomlSection& root, std::string_view key,
                                       TomlProblems& problems) {
  std::vector<Threshold> thresholds;
  for (const net::TomlText& text : root.texts(key)) {
    auto threshold = Threshold::parse(text.text);
    if (threshold) {
      thresholds.push_back(std::move(*threshold));
    } else {
      problems.add(text.line, text.key, threshold.error().message);
    }
  }
  return thresholds;
}

void check_thresholds(TomlSection& root, const Scenario& scenario) {
  for (const Threshold& threshold : scenario.thresholds) {
    if (threshold.needs_audit() && !scenario.audit.wanted) {
      root.problem("thresholds", threshold.text() + ": asks the audit, which is not wanted");
    }
    if (threshold.has_window() && threshold.window_end() > scenario.duration()) {
      root.problem("thresholds", threshold.text() + ": ends after the last arrival");
    }
  }
  if (scenario.healthy.empty()) return;
  if (scenario.arrivals.shape != ArrivalShape::stairs) {
    root.problem("healthy", "is judged for each step of stairs, and the shape is another");
  }
  for (const Threshold& threshold : scenario.healthy) {
    if (threshold.has_window() || !threshold.is_kept_over_time()) {
      root.problem("healthy", threshold.text() + ": cannot be judged for a step");
    }
  }
}

Scenario read_all(const toml::table& document, TomlProblems& problems) {
  Scenario out;
  TomlSection root(&document, "", 0, problems);
  root.require("name");
  root.read("name", out.name, 1, 100);
  root.read("purpose", out.purpose, 1, 500);
  root.read("seed", out.seed, 0, INT64_MAX);
  read_time(root, "lag_max", out.lag_max, std::chrono::milliseconds(1), std::chrono::seconds(10));
  root.require("arrivals");
  read_target(root.table("target"), out.target);
  read_arrivals(root.table("arrivals"), out);
  read_mix(root.table("mix"), out.mix);
  if (root.has("topology")) read_topology(root.table("topology"), out.topology.emplace());
  read_timeline(root, out);
  read_audit(root.table("audit"), out);
  out.thresholds = read_thresholds(root, "thresholds", problems);
  out.healthy = read_thresholds(root, "healthy", problems);
  if (problems.empty()) check_thresholds(root, out);
  root.finish();
  return out;
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view toml, const std::string& file) {
  TomlProblems problems(file);
  try {
    const toml::table document = toml::parse(toml);
    Scenario scenario = read_all(document, problems);
    scenario.file = file;
    scenario.text = toml;
    if (problems.empty()) return scenario;
  } catch (const toml::parse_error& error) {
    // The library's only way to say it; what it says of the text is kept.
    problems.add(error.source().begin.line, "", std::string(error.description()));
  }
  return Error{problems.to_text()};
}

Result<Scenario> read_scenario(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return Error{file + ": cannot be read"};
  return parse_scenario(text.str(), file);
}

}  // namespace spillway::loadtest
