// The sections of a scenario's file, a function each, and how their kinds of value are read.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "loadtest/scenario/scenario.hpp"
#include "net/text/toml_reader.hpp"

namespace spillway::loadtest {

using net::TomlProblems;
using net::TomlSection;

void read_target(TomlSection section, TargetSettings& out);
void read_arrivals(TomlSection section, Scenario& out);
void read_mix(TomlSection section, MixSettings& out);
void read_topology(TomlSection section, TopologySettings& out);
// After [topology].
void read_timeline(TomlSection& root, Scenario& out);
void read_audit(TomlSection section, Scenario& out);

void read_rate(TomlSection& section, std::string_view key, double& out, double min = 0);
void read_time(TomlSection& section, std::string_view key, Nanoseconds& out, Duration min,
               Duration max);

// The place of a word among those that are known.
template <class Words>
std::optional<std::size_t> read_choice(TomlSection& section, std::string_view key,
                                       const Words& words) {
  std::string word;
  section.read(key, word, 1, 64);
  if (word.empty()) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string known;
  for (const std::string_view candidate : words) {
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  section.problem(key, "must be one of " + known);
  return std::nullopt;
}

}  // namespace spillway::loadtest
