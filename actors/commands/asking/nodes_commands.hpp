// `spillway nodes`, `spillway drain` and `spillway undrain`: an operator looks at the nodes of a
// running system, takes one out of service and back.
#pragma once

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace spillway::actors {

struct NodesCommand {
  std::string url = "http://127.0.0.1:8080";
  bool json = false;
};

struct DrainCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string node;
  bool no_wait = false;
  bool undrain = false;  // the node shall take work again
};

// Adds the subcommands; the commands outlive the parsing, which fills them in.
void add_nodes_commands(CLI::App& app, NodesCommand& nodes, DrainCommand& drain);

// Write what was answered to `out`, what went wrong to `error`; return the process's exit code.
int run(const NodesCommand& command, std::ostream& out, std::ostream& error);

// Asks, and unless told otherwise looks on until nothing is left at the node.
int run(const DrainCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
