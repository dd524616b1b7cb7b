#include "loadtest/world/topology.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "loadtest/load/api_client.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto start_time_max = std::chrono::seconds(60);
constexpr auto stop_time_max = std::chrono::seconds(20);
constexpr auto operator_patience = std::chrono::seconds(1);  // the timeline waits as long
constexpr auto topology_look_interval = std::chrono::milliseconds(20);

// How many nodes a first system says are joined.
std::size_t joined_nodes(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("nodes")) return 0;
  const auto& nodes = json.at("nodes");
  return static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), [](const auto& node) {
    return node.value("state", "") == "joined";
  }));
}

}  // namespace

Topology::~Topology() {
  cables_.clear();
}

Result<std::unique_ptr<Topology>> Topology::start(const Scenario& scenario,
                                                  const std::filesystem::path& folder,
                                                  const std::filesystem::path& spillway,
                                                  std::uint16_t mail_port) {
  if (sodium_init() < 0) return Error{"libsodium cannot be used"};
  std::unique_ptr<Topology> topology(new Topology);
  topology->folder_ = folder;
  topology->spillway_ = spillway;
  TopologyPlan& plan = topology->plan_;
  plan.settings = *scenario.topology;
  plan.operator_key = make_load_key("op_load_");
  plan.mail_port = mail_port;
  plan.webhooks_here = scenario.audit.webhooks;
  for (std::uint64_t i = 1; i <= plan.settings.shops; ++i) {
    plan.shops.push_back({fmt::format("Load {}", i), make_load_key("sk_load_")});
  }
  for (std::uint64_t i = 0; i < plan.settings.systems; ++i) {
    plan.systems.push_back({free_port(), free_port()});
    topology->urls_.push_back(fmt::format("http://127.0.0.1:{}", plan.systems.back().http));
  }
  for (const RelayPlan& relay : plan.settings.relays) {
    plan.relay_listens[relay.name] = plan.relay_ports[relay.name] = free_port();
    topology->ledgers_.push_back({relay.name, folder / ledger_name(relay), {}});
    const double pace = topology->pace_of_all(relay);
    if (pace > 0) topology->ledgers_.back().paces.push_back({Timestamp{}, pace});
  }
  for (const NodePlan& node : plan.settings.nodes) {
    for (const SystemPorts& system : plan.systems) plan.joins[node.name].push_back(system.nodes);
  }
  if (auto made = topology->make_certificates(); !made) return made.error();
  if (auto laid = topology->lay_cables(scenario); !laid) return laid.error();
  if (auto started = topology->start_processes(); !started) return started.error();
  if (auto joined = topology->wait_until_joined(); !joined) return joined.error();
  return topology;
}

// Every machine that sends to a relay centre adds its own pace; 0: one of them has no limit.
double Topology::pace_of_all(const RelayPlan& relay) const {
  const TopologySettings& settings = plan_.settings;
  if (relay.pace <= 0) return 0;
  double sum = relay.pace * static_cast<double>(settings.systems);
  for (const NodePlan& node : settings.nodes) {
    const bool has_line = node.relays.empty() || std::find(node.relays.begin(), node.relays.end(),
                                                           relay.name) != node.relays.end();
    if (!has_line) continue;
    if (node.pace <= 0) return 0;
    sum += node.pace;
  }
  return sum;
}

Result<void> Topology::run_tool(const std::string& name,
                                const std::vector<std::string>& arguments) const {
  Process process(name, spillway_, arguments, folder_);
  if (auto started = process.start(); !started) return started;
  return process.wait_for_end(std::chrono::minutes(5));
}

Result<void> Topology::make_certificates() {
  if (plan_.settings.nodes.empty()) return {};
  if (auto made = run_tool("certs", {"certs", "ca", "--out", "cluster-ca"}); !made) return made;
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < plan_.settings.systems; ++i) names.push_back(system_name(i));
  for (const NodePlan& node : plan_.settings.nodes) names.push_back(node.name);
  for (const std::string& name : names) {
    auto made = run_tool(
        "certs", {"certs", "name", name, "--ca", "cluster-ca", "--out", "cluster-ca/" + name});
    if (!made) return made;
  }
  return {};
}

// Only what the timeline cuts goes through a forwarder, so that nothing else pays for it.
Result<void> Topology::lay_cables(const Scenario& scenario) {
  const auto lay = [this](const std::string& name, std::uint16_t& port) -> Result<void> {
    if (cables_loop_ == nullptr) cables_loop_ = std::make_unique<net::EventLoop>("cables");
    const std::uint16_t from = free_port();
    auto cable = Cable::lay(*cables_loop_, from, port);
    if (!cable) return cable.error();
    port = from;
    cables_.emplace(name, std::move(*cable));
    return {};
  };
  for (const TimelineEntry& entry : scenario.timeline) {
    if (entry.act != Act::cut || cables_.count(entry.what) > 0) continue;
    if (const auto relay = plan_.relay_ports.find(entry.what); relay != plan_.relay_ports.end()) {
      if (auto laid = lay(entry.what, relay->second); !laid) return laid;
    } else {
      for (std::uint16_t& port : plan_.joins.at(entry.what)) {
        if (auto laid = lay(entry.what, port); !laid) return laid;
      }
    }
  }
  return {};
}

void Topology::add_process(const std::string& name, const std::vector<std::string>& arguments) {
  processes_.push_back(std::make_unique<Process>(name, spillway_, arguments, folder_));
}

Result<void> Topology::start_processes() {
  for (const RelayPlan& relay : plan_.settings.relays) {
    add_process(relay.name, relay_arguments(plan_, relay));
  }
  const auto add = [&](const std::string& name, const char* command, const std::string& toml) {
    const auto file = folder_ / (name == "system" ? "spillway.toml" : name + ".toml");
    std::ofstream(file) << toml;
    add_process(name, {command, "--config", file.string()});
  };
  for (std::uint64_t i = 0; i < plan_.settings.systems; ++i) {
    add(system_name(i), "serve", system_configuration(plan_, i));
  }
  for (const NodePlan& node : plan_.settings.nodes) {
    add(node.name, "node", node_configuration(plan_, node));
  }
  for (const auto& process : processes_) {
    if (auto started = process->start(); !started) return started;
    if (auto ready = process->wait_until_ready(start_time_max); !ready) return ready;
  }
  return {};
}

Result<void> Topology::wait_until_joined() {
  const std::size_t wanted = plan_.settings.nodes.size();
  if (wanted == 0) return {};
  const auto give_up = std::chrono::steady_clock::now() + start_time_max;
  for (const std::string& url : urls_) {
    ApiClient api(url);
    while (true) {
      const auto answer = api.get("/v1/nodes", plan_.operator_key, start_time_max);
      if (answer && joined_nodes(answer->body) == wanted) break;
      if (std::chrono::steady_clock::now() > give_up) return Error{"the nodes do not join " + url};
      std::this_thread::sleep_for(topology_look_interval);
    }
  }
  return {};
}

Process* Topology::find(const std::string& name) {
  for (const auto& process : processes_) {
    if (process->name() == name) return process.get();
  }
  return nullptr;
}

Result<void> Topology::act(const TimelineEntry& entry, Timestamp now) {
  Process* const process = find(entry.what);
  if (process == nullptr) return Error{entry.what + " is not part of this run"};
  const auto [first, last] = cables_.equal_range(entry.what);
  switch (entry.act) {
    case Act::kill:
      process->kill();
      break;
    case Act::stop:
      process->signal(SIGTERM);
      break;
    case Act::restart:
      return process->start();
    case Act::freeze:
      process->signal(SIGSTOP);
      break;
    case Act::thaw:
      process->signal(SIGCONT);
      break;
    case Act::cut:
      for (auto cable = first; cable != last; ++cable) cable->second->cut();
      break;
    case Act::mend:
      for (auto cable = first; cable != last; ++cable) cable->second->mend();
      break;
    case Act::drain:
      return drain(entry.what);
    case Act::pace:
      return set_pace(entry.what, entry.pace, now);
  }
  return {};
}

Result<void> Topology::drain(const std::string& node) {
  for (const std::string& url : urls_) {
    const auto answer = ApiClient(url).send("POST", "/v1/nodes/" + node + "/drain",
                                            plan_.operator_key, "", operator_patience);
    if (!answer) return answer.error();
    if (answer->status >= 300) return Error{fmt::format("was answered {}", answer->status)};
  }
  return {};
}

Result<void> Topology::set_pace(const std::string& relay, double pace, Timestamp now) {
  for (const std::string& url : urls_) {
    const auto answer = ApiClient(url).send(
        "PUT", "/v1/relays/" + relay + "/pace", plan_.operator_key,
        fmt::format(R"({{"kind":"paced","rate":{:.3f}}})", pace), operator_patience);
    if (!answer) return answer.error();
    if (answer->status >= 300) return Error{fmt::format("was answered {}", answer->status)};
  }
  for (RelayPlan& plan : plan_.settings.relays) {
    if (plan.name == relay) plan.pace = pace;
  }
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    if (ledgers_[i].relay != relay) continue;
    ledgers_[i].paces.push_back({now, pace_of_all(plan_.settings.relays[i])});
  }
  return {};
}

void Topology::stop() {
  // Nodes, then systems: their lines end before their relay centres do.
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    (*process)->stop(stop_time_max);
  }
}

Result<void> Topology::verify() const {
  for (std::size_t i = 0; i < plan_.systems.size(); ++i) {
    auto verified = run_tool("verify", {"verify", "--data", data_folder(i)});
    if (!verified) return verified;
  }
  return {};
}

}  // namespace spillway::loadtest
