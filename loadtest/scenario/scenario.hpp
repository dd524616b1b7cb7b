// A scenario: what arrives when, what the orders are, what must be reached, and, if it brings its
// own machines along, what runs and what happens to it. docs/loadtest.md has every key.
//
// Threads: immutable once read.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/load/arrivals.hpp"
#include "loadtest/load/mix.hpp"
#include "loadtest/scenario/thresholds.hpp"

namespace spillway::loadtest {

enum class ArrivalShape : std::uint8_t {
  constant,
  ramp,
  stairs,
  spike,
  daily,
  replay,
  closed,
};

struct ArrivalSettings {
  ArrivalShape shape = ArrivalShape::constant;
  Spacing spacing = Spacing::poisson;
  double rate = 100;
  double rate_from = 0;   // of a ramp
  double rate_step = 0;   // of stairs
  double spike_rate = 0;  // of a spike
  Nanoseconds duration = std::chrono::seconds(10);
  Nanoseconds step{};  // of stairs
  Nanoseconds spike_at{};
  Nanoseconds spike_rise{};
  Nanoseconds spike_hold{};
  Nanoseconds spike_fall{};
  std::string file;          // of a replay
  double speed = 1;          // of a replay
  std::uint64_t buyers = 0;  // of a closed model
  Nanoseconds think_time{};
  std::uint64_t orders_max = 0;
};

struct TargetSettings {
  std::string url = "http://127.0.0.1:8080";
  std::string keys_file = "data/demo-keys.json";
  std::uint64_t connections = 64;
  Nanoseconds answer_time_max = std::chrono::seconds(10);
  std::uint64_t tries_max = 1;
  Nanoseconds retry_after = std::chrono::milliseconds(200);
};

struct RelayPlan {
  std::string name = "relay";
  std::vector<std::string> companies = {"VISA", "MASTERCARD", "JCB", "AMEX", "DINERS"};
  double pace = 0;      // authorizations a second of each first system; 0: immediate
  std::string sharing;  // with nodes; empty: the system's own default
  std::string spill_wait;
  std::string latency;
  std::string rate;
  std::vector<std::string> faults;
};

struct NodePlan {
  std::string name;
  double pace = 0;                  // of each of its lines; 0: immediate
  std::vector<std::string> relays;  // that it has lines to; empty: all
};

// Processes that the run starts on this machine and stops at its end.
struct TopologySettings {
  std::uint64_t systems = 1;  // first systems; an order goes to one of them by its number
  std::uint64_t shops = 4;
  bool recognises_repeats = true;
  Nanoseconds relay_answer_time_max = std::chrono::seconds(1);
  std::uint64_t waiting_orders_max = 0;  // 0: the system's own default
  std::vector<RelayPlan> relays = {RelayPlan{}};
  std::vector<NodePlan> nodes;
};

enum class Act : std::uint8_t { kill, stop, restart, freeze, thaw, cut, mend, drain, pace };
constexpr std::array<std::string_view, 9> act_names = {"kill", "stop", "restart", "freeze", "thaw",
                                                       "cut",  "mend", "drain",   "pace"};
struct TimelineEntry {
  Nanoseconds at{};
  Act act = Act::kill;
  std::string what;  // the name of a first system, a relay centre or a node
  double pace = 0;   // of Act::pace
};

// Of the first systems in a topology, from 0: "system", "system-2", "system-3" …
std::string system_name(std::uint64_t number);

struct AuditSettings {
  bool wanted = true;
  // Every shop's event stream is followed, webhooks and mails taken; all are held against the
  // books.
  bool events = false;
  bool webhooks = false;
  bool mails = false;
  Nanoseconds settle_time_max = std::chrono::seconds(60);
  std::string ledger;   // of a relay centre that the scenario did not start
  double pace_max = 0;  // of that one; 0: no limit is known
};

struct Scenario {
  std::string file;
  std::string text;  // the whole TOML: what other machines get
  std::string name;
  std::string purpose;
  std::uint64_t seed = 1;
  Nanoseconds lag_max = std::chrono::milliseconds(20);  // p99; above it the run is invalid
  ArrivalSettings arrivals;
  MixSettings mix;
  TargetSettings target;
  std::optional<TopologySettings> topology;
  std::vector<TimelineEntry> timeline;
  AuditSettings audit;
  std::vector<Threshold> thresholds;
  std::vector<Threshold> healthy;  // of each step of stairs; the first that breaks ends the run

  // Only of an open model. A replay's times were read with the scenario.
  Arrivals make_arrivals() const;
  RateProfile profile() const;
  Nanoseconds duration() const;  // until the last arrival

  std::vector<Nanoseconds> recorded;  // of a replay

  // The same in another time: everything that has a time comes at `share` of it, at the same rates.
  Scenario shortened(double share) const;
};

// The error has a line for each thing that is wrong, with file, line and key.
Result<Scenario> parse_scenario(std::string_view toml, const std::string& file);
Result<Scenario> read_scenario(const std::string& file);

std::string_view to_text(Act act);

}  // namespace spillway::loadtest
