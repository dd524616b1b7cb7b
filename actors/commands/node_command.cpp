#include "actors/commands/node_command.hpp"

#include <CLI/CLI.hpp>

#include "actors/commands/asking/command_options.hpp"
#include "engine/account/node_name.hpp"

namespace spillway::actors {

namespace {

// Empty when the text is what it should be; otherwise what CLI11 prints.
std::string check_name(const std::string& text) {
  return is_node_name(text) ? "" : "must be " + std::string(node_name_rule);
}

std::string check_host(const std::string& text) {
  const auto address = address_from(text);
  return address && address->port != 0 ? "" : "must be HOST:PORT, like first.example:7410";
}

}  // namespace

void add_node_command(CLI::App& app, NodeCommand& command) {
  CLI::App* node = app.add_subcommand(
      "node", "Run a node: authorize what the first systems that it joins cannot.");
  add_file(*node, "--config", command.configuration_file, "The node's configuration, a TOML file.")
      ->required();
  node->add_option("--name", command.name,
                   "The node's name. Default: what the configuration or the certificate says.")
      ->check(check_name)
      ->type_name("NAME");
  node->add_option("--join", command.join,
                   "The first systems to join, with commas between. Default: what the "
                   "configuration says.")
      ->delimiter(',')
      ->check(check_host)
      ->type_name("HOST:PORT");
}

Result<Configuration> node_configuration(const NodeCommand& command) {
  auto configuration = load_configuration(command.configuration_file, SystemRole::node);
  if (!configuration) return Error{"the configuration is wrong\n" + configuration.error().message};
  const ClusterSettings& cluster = configuration->cluster;
  NodeSettings& node = configuration->node;
  if (!command.name.empty()) {
    if (const auto flaw = name_flaw(cluster, command.name))
      return Error{"--name " + command.name + ": " + *flaw};
    node.name = command.name;
  }
  if (!command.join.empty()) node.join.clear();
  for (const std::string& text : command.join) {
    const auto address = address_from(text);
    SPILLWAY_CHECK(address.has_value(), "--join was not checked");
    if (const auto flaw = exposure(cluster, *address))
      return Error{"--join " + text + ": " + *flaw};
    node.join.push_back(*address);
  }
  if (node.name.empty()) node.name = cluster.name;
  if (node.name.empty())
    return Error{"the node has no name: give it one as [node] name or with --name"};
  if (node.join.empty())
    return Error{"the node has nobody to join: name first systems as [node] join or with --join"};
  return configuration;
}

}  // namespace spillway::actors
