// `spillway nodes` and `spillway drain`: an operator looks at the nodes of a running system and
// takes one out of service.
#pragma once

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace spillway::actors {

struct NodesCommand {
  std::string url = "http://127.0.0.1:8080";
};

struct DrainCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string node;
  bool no_wait = false;
};

// Adds the subcommands; the commands outlive the parsing, which fills them in.
void add_nodes_commands(CLI::App& app, NodesCommand& nodes, DrainCommand& drain);

// Write what was answered to `out`, what went wrong to `error`; return the process's exit code.
int run(const NodesCommand& command, std::ostream& out, std::ostream& error);

// Asks, and unless told otherwise looks on until nothing is left at the node.
int run(const DrainCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
