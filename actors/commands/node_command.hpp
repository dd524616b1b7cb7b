// What `spillway node` is told: a configuration of its own, and on the command line what wins over
// it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actors/configuration/configuration.hpp"

namespace CLI {
class App;
}

namespace spillway::actors {

struct NodeCommand {
  std::filesystem::path configuration_file;
  std::string name;               // empty: what the configuration or the certificate says
  std::vector<std::string> join;  // HOST:PORT; empty: what the configuration says
};

// Adds the subcommand `node`; `command` outlives the parsing, which fills it in.
void add_node_command(CLI::App& app, NodeCommand& command);

// The node's configuration as the command means it: whole, with a name and at least one first
// system to join. The error is a sentence for the person who started it.
Result<Configuration> node_configuration(const NodeCommand& command);

}  // namespace spillway::actors
