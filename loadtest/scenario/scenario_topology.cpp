// [topology] and [[timeline]]: what runs, and what happens to it.
#include <set>

#include "loadtest/base/limits.hpp"
#include "loadtest/scenario/scenario_sections.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> read_texts(TomlSection& section, std::string_view key) {
  std::vector<std::string> texts;
  for (net::TomlText& text : section.texts(key)) texts.push_back(std::move(text.text));
  return texts;
}

// Names of files, of processes and, of nodes, in certificates.
void read_name(TomlSection& section, std::string& out, std::set<std::string>& taken) {
  section.require("name");
  section.read("name", out, 1, 32);
  if (out.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
    section.problem("name", "may have a-z, 0-9 and -");
  } else if (!out.empty() && !taken.insert(out).second) {
    section.problem("name", "is taken by another part of the topology");
  }
}

void read_relays(TomlSection& topology, TopologySettings& out, std::set<std::string>& taken) {
  std::vector<RelayPlan> relays;
  for (TomlSection& relay : topology.tables("relays")) {
    RelayPlan plan;
    read_name(relay, plan.name, taken);
    if (auto companies = read_texts(relay, "companies"); !companies.empty()) {
      plan.companies = std::move(companies);
    }
    read_rate(relay, "pace", plan.pace, 0.1);
    relay.read("sharing", plan.sharing, 1, 16);
    relay.read("spill_wait", plan.spill_wait, 1, 16);
    relay.read("latency", plan.latency, 1, 64);
    relay.read("rate", plan.rate, 1, 64);
    plan.faults = read_texts(relay, "faults");
    relay.finish();
    relays.push_back(std::move(plan));
  }
  if (!relays.empty()) out.relays = std::move(relays);
}

void read_nodes(TomlSection& topology, TopologySettings& out, std::set<std::string>& taken) {
  for (TomlSection& node : topology.tables("nodes")) {
    NodePlan plan;
    read_name(node, plan.name, taken);
    read_rate(node, "pace", plan.pace, 0.1);
    plan.relays = read_texts(node, "relays");
    for (const std::string& name : plan.relays) {
      const bool known = std::any_of(out.relays.begin(), out.relays.end(),
                                     [&](const RelayPlan& relay) { return relay.name == name; });
      if (!known) node.problem("relays", name + " is no relay of the topology");
    }
    node.finish();
    out.nodes.push_back(std::move(plan));
  }
}

enum class Part : std::uint8_t { unknown, system, relay, node };

Part part_of(const TopologySettings& topology, const std::string& name) {
  for (std::uint64_t i = 0; i < topology.systems; ++i) {
    if (name == system_name(i)) return Part::system;
  }
  for (const RelayPlan& relay : topology.relays) {
    if (name == relay.name) return Part::relay;
  }
  for (const NodePlan& node : topology.nodes) {
    if (name == node.name) return Part::node;
  }
  return Part::unknown;
}

void check_entry(TomlSection& section, const TimelineEntry& entry, const Scenario& scenario) {
  if (!scenario.topology) {
    return section.problem("", "needs a [topology]: only what the run itself starts is touched");
  }
  const Part part = part_of(*scenario.topology, entry.what);
  if (part == Part::unknown) {
    return section.problem("what", "is neither a first system, a relay nor a node of the topology");
  }
  if ((entry.act == Act::cut || entry.act == Act::mend) && part == Part::system) {
    section.problem("what", "is a first system: what is cut is the cable of a relay or a node");
  }
  if (entry.act == Act::drain && part != Part::node) {
    section.problem("what", "is no node: only a node is drained");
  }
  if (entry.act == Act::pace && part != Part::relay) {
    section.problem("what", "is no relay: only a relay's pace is changed");
  }
}

}  // namespace

void read_topology(TomlSection section, TopologySettings& out) {
  section.read("systems", out.systems, 1, limits::systems_max);
  section.read("shops", out.shops, 1, limits::shops_max);
  section.read("recognises_repeats", out.recognises_repeats);
  section.read("waiting_orders_max", out.waiting_orders_max, 1, 100'000'000);
  read_time(section, "relay_answer_time_max", out.relay_answer_time_max, 10ms, 1min);
  std::set<std::string> taken;
  for (std::uint64_t i = 0; i < out.systems; ++i) taken.insert(system_name(i));
  read_relays(section, out, taken);
  read_nodes(section, out, taken);
  section.finish();
}

void read_timeline(TomlSection& root, Scenario& out) {
  for (TomlSection& section : root.tables("timeline")) {
    TimelineEntry entry;
    for (const auto key : {"at", "do", "what"}) section.require(key);
    read_time(section, "at", entry.at, Duration{}, limits::duration_max);
    const auto act = read_choice(section, "do", act_names);
    if (act) entry.act = static_cast<Act>(*act);
    section.read("what", entry.what, 1, 64);
    if (act && entry.act == Act::pace) {
      section.require("pace");
      read_rate(section, "pace", entry.pace, 0.1);
    }
    section.finish();
    if (act && !entry.what.empty()) check_entry(section, entry, out);
    out.timeline.push_back(std::move(entry));
  }
}

}  // namespace spillway::loadtest
