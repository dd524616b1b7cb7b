#include "loadtest/world/topology_files.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>

#include "net/api/common/api_keys.hpp"

namespace spillway::loadtest {
namespace {

std::string quoted(const std::vector<std::string>& texts) {
  return fmt::format("[\"{}\"]", fmt::join(texts, "\", \""));
}

// The relays' numbers are the same everywhere.
std::string relay_section(const TopologyPlan& plan, std::size_t number, double pace) {
  const RelayPlan& relay = plan.settings.relays[number];
  const auto answer_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(plan.settings.relay_answer_time_max);
  std::string text = fmt::format(
      "\n[[relays]]\nid = {}\nname = \"{}\"\nhost = \"127.0.0.1\"\nport = {}\n"
      "acquirer = \"{:06}\"\ncompanies = {}\nrecognises_repeats = {}\n"
      "answer_time_max = \"{}ms\"\nlate_window = \"2s\"\ndoubt_tries_max = 5\n",
      number + 1, relay.name, plan.relay_ports.at(relay.name), number + 1, quoted(relay.companies),
      plan.settings.recognises_repeats, answer_time.count());
  if (pace > 0) text += fmt::format("pacing = \"paced\"\npace = {:.3f}\n", pace);
  return text;
}

std::string identity(const std::string& name) {
  return fmt::format(
      "certificate = \"cluster-ca/{0}/{0}.pem\"\nkey = \"cluster-ca/{0}/{0}.key\"\n"
      "ca = \"cluster-ca/ca.pem\"\n",
      name);
}

}  // namespace

std::string system_configuration(const TopologyPlan& plan, std::size_t number) {
  const SystemPorts& ports = plan.systems[number];
  std::string text = fmt::format(
      "[system]\nid = {}\n\n[server]\nlisten = \"127.0.0.1:{}\"\ndata = \"{}\"\n\n"
      "[log]\nlevel = \"warning\"\n\n[operators]\nkey_hashes = [\"{}\"]\n",
      number, ports.http, data_folder(number), net::hash_api_key(plan.operator_key));
  if (plan.settings.waiting_orders_max > 0) {
    text +=
        fmt::format("\n[admission]\nwaiting_orders_max = {}\n", plan.settings.waiting_orders_max);
  }
  if (plan.mail_port > 0) {
    text +=
        fmt::format("\n[mail]\nkind = \"smtp\"\nurl = \"smtp://127.0.0.1:{}\"\n", plan.mail_port);
  }
  if (plan.webhooks_here) {
    text += "\n[webhooks]\nthis_machine = \"I accept that shops have this machine called\"\n";
  }
  if (!plan.settings.nodes.empty()) {
    text += fmt::format("\n[cluster]\nlisten = \"127.0.0.1:{}\"\n", ports.nodes) +
            identity(system_name(number));
  }
  for (std::size_t i = 0; i < plan.shops.size(); ++i) {
    text += fmt::format(
        "\n[[shops]]\nid = {}\nname = \"{}\"\nkey_hashes = [\"{}\"]\n"
        "mail_from = \"orders@load.example\"\nmerchant = \"{:015}\"\nterminal = \"LOAD{:04}\"\n",
        i + 1, plan.shops[i].name, net::hash_api_key(plan.shops[i].key), i + 1, i + 1);
  }
  for (std::size_t i = 0; i < plan.settings.relays.size(); ++i) {
    const RelayPlan& relay = plan.settings.relays[i];
    text += relay_section(plan, i, relay.pace);
    if (!relay.sharing.empty()) text += fmt::format("sharing = \"{}\"\n", relay.sharing);
    if (!relay.spill_wait.empty()) text += fmt::format("spill_wait = \"{}\"\n", relay.spill_wait);
  }
  return text;
}

std::string node_configuration(const TopologyPlan& plan, const NodePlan& node) {
  std::string joins;
  for (const std::uint16_t port : plan.joins.at(node.name)) {
    joins += fmt::format("{}\"127.0.0.1:{}\"", joins.empty() ? "" : ", ", port);
  }
  std::string text = "[log]\nlevel = \"warning\"\n\n[cluster]\n" + identity(node.name) +
                     fmt::format("\n[node]\nname = \"{}\"\njoin = [{}]\n", node.name, joins);
  for (std::size_t i = 0; i < plan.settings.relays.size(); ++i) {
    const std::string& name = plan.settings.relays[i].name;
    const bool has_line = node.relays.empty() || std::find(node.relays.begin(), node.relays.end(),
                                                           name) != node.relays.end();
    if (has_line) text += relay_section(plan, i, node.pace);
  }
  return text;
}

std::vector<std::string> relay_arguments(const TopologyPlan& plan, const RelayPlan& relay) {
  std::vector<std::string> arguments = {
      "relay", "--listen", fmt::format("127.0.0.1:{}", plan.relay_listens.at(relay.name)),
      "--ledger", ledger_name(relay)};
  if (!relay.latency.empty()) arguments.insert(arguments.end(), {"--latency", relay.latency});
  if (!relay.rate.empty()) arguments.insert(arguments.end(), {"--rate", relay.rate});
  for (const std::string& fault : relay.faults) {
    arguments.insert(arguments.end(), {"--fault", fault});
  }
  return arguments;
}

std::string data_folder(std::size_t number) {
  return number == 0 ? "data" : "data-" + std::to_string(number + 1);
}

std::string ledger_name(const RelayPlan& relay) {
  return relay.name + "-ledger.jsonl";
}

std::string make_load_key(const std::string& prefix) {
  unsigned char chance[24];
  randombytes_buf(chance, sizeof(chance));
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(sizeof(chance), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), chance, sizeof(chance), variant);
  text.pop_back();  // the zero that sodium ends it with
  return prefix + text;
}

}  // namespace spillway::loadtest
