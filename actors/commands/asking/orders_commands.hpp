// `spillway orders` and `spillway orders show`: an operator looks for orders of all shops of a
// running system, and at all that is known of one.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace spillway::actors {

struct OrdersCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string code;  // of the one to be shown; empty: a list
  std::vector<std::pair<std::string, std::string>> filters{
      {"status", {}}, {"reference", {}}, {"member", {}}, {"email", {}}, {"from", {}},
      {"to", {}},     {"amount", {}},    {"shop", {}},   {"after", {}}, {"limit", {}}};
  bool json = false;
};

// Adds the subcommand; what is given outlives the parsing, which fills it in.
void add_orders_commands(CLI::App& app, OrdersCommand& command);

// Writes what was answered to `out`, what went wrong to `error`; returns the process's exit code.
int run(const OrdersCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
