#include "loadtest/topology.hpp"

#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>

#include "net/api_keys.hpp"
#include "net/toml_reader.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto start_time_max = std::chrono::seconds(60);
constexpr auto stop_time_max = std::chrono::seconds(20);

std::string make_key() {
  unsigned char chance[24];
  randombytes_buf(chance, sizeof(chance));
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(sizeof(chance), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), chance, sizeof(chance), variant);
  text.pop_back();  // the zero that sodium ends it with
  return "sk_load_" + text;
}

std::string quoted(const std::vector<std::string>& texts) {
  return fmt::format("[\"{}\"]", fmt::join(texts, "\", \""));
}

std::string configuration(const TopologySettings& settings, std::uint16_t port,
                          const std::vector<Shop>& shops,
                          const std::vector<std::uint16_t>& relay_ports) {
  std::string text = fmt::format(
      "[server]\nlisten = \"127.0.0.1:{}\"\ndata = \"data\"\n\n[log]\nlevel = \"warning\"\n", port);
  if (settings.waiting_orders_max > 0) {
    text += fmt::format("\n[admission]\nwaiting_orders_max = {}\n", settings.waiting_orders_max);
  }
  for (std::size_t i = 0; i < shops.size(); ++i) {
    text += fmt::format(
        "\n[[shops]]\nid = {}\nname = \"{}\"\nkey_hashes = [\"{}\"]\n"
        "mail_from = \"orders@load.example\"\nmerchant = \"{:015}\"\nterminal = \"LOAD{:04}\"\n",
        i + 1, shops[i].name, net::hash_api_key(shops[i].key), i + 1, i + 1);
  }
  const auto answer_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(settings.relay_answer_time_max);
  for (std::size_t i = 0; i < settings.relays.size(); ++i) {
    const RelayPlan& relay = settings.relays[i];
    text += fmt::format(
        "\n[[relays]]\nid = {}\nname = \"{}\"\nhost = \"127.0.0.1\"\nport = {}\n"
        "acquirer = \"{:06}\"\ncompanies = {}\nrecognises_repeats = {}\n"
        "answer_time_max = \"{}ms\"\nlate_window = \"2s\"\ndoubt_tries_max = 5\n",
        i + 1, relay.name, relay_ports[i], i + 1, quoted(relay.companies),
        settings.recognises_repeats, answer_time.count());
    if (relay.pace > 0) text += fmt::format("pacing = \"paced\"\npace = {:.3f}\n", relay.pace);
  }
  return text;
}

std::vector<std::string> relay_arguments(const RelayPlan& relay, std::uint16_t port) {
  std::vector<std::string> arguments = {"relay", "--listen", fmt::format("127.0.0.1:{}", port),
                                        "--ledger", relay.name + "-ledger.jsonl"};
  if (!relay.latency.empty()) arguments.insert(arguments.end(), {"--latency", relay.latency});
  if (!relay.rate.empty()) arguments.insert(arguments.end(), {"--rate", relay.rate});
  for (const std::string& fault : relay.faults) {
    arguments.insert(arguments.end(), {"--fault", fault});
  }
  return arguments;
}

}  // namespace

Result<std::unique_ptr<Topology>> Topology::start(const TopologySettings& settings,
                                                  const std::filesystem::path& folder,
                                                  const std::filesystem::path& spillway) {
  if (sodium_init() < 0) return Error{"libsodium cannot be used"};
  std::unique_ptr<Topology> topology(new Topology);
  topology->folder_ = folder;
  topology->spillway_ = spillway;
  for (std::uint64_t i = 1; i <= settings.shops; ++i) {
    topology->shops_.push_back({fmt::format("Load {}", i), make_key()});
  }
  std::vector<std::uint16_t> ports;
  for (const RelayPlan& relay : settings.relays) {
    ports.push_back(free_port());
    topology->processes_.push_back(std::make_unique<Process>(
        relay.name, spillway, relay_arguments(relay, ports.back()), folder));
    topology->ledgers_.push_back({relay.name, folder / (relay.name + "-ledger.jsonl"), relay.pace});
  }
  const std::uint16_t port = free_port();
  topology->url_ = fmt::format("http://127.0.0.1:{}", port);
  const auto file = folder / "spillway.toml";
  std::ofstream(file) << configuration(settings, port, topology->shops_, ports);
  topology->processes_.push_back(std::make_unique<Process>(
      "system", spillway, std::vector<std::string>{"serve", "--config", file.string()}, folder));
  for (const auto& process : topology->processes_) {
    if (auto started = process->start(); !started) return started.error();
    if (auto ready = process->wait_until_ready(start_time_max); !ready) return ready.error();
  }
  return topology;
}

Process* Topology::find(const std::string& name) {
  for (const auto& process : processes_) {
    if (process->name() == name) return process.get();
  }
  return nullptr;
}

Result<void> Topology::act(Act act, const std::string& what) {
  Process* const process = find(what);
  if (process == nullptr) return Error{what + " is not part of this run"};
  switch (act) {
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
  }
  return {};
}

void Topology::stop() {
  // The system first: its lines end before their relay centres do.
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    (*process)->stop(stop_time_max);
  }
}

Result<void> Topology::verify() const {
  Process verify("verify", spillway_, {"verify", "--data", "data"}, folder_);
  if (auto started = verify.start(); !started) return started;
  return verify.wait_for_end(std::chrono::minutes(5));
}

}  // namespace spillway::loadtest
