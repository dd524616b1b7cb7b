// `spillway shop …`: an operator makes, shows and changes shops and their keys.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace spillway::actors {

struct ShopCommand {
  enum class Action { create, list, show, limit, close, add_key, list_keys, revoke_key };
  Action action{};
  bool json = false;  // the answer as it came
  std::string url = "http://127.0.0.1:8080";
  std::uint32_t shop = 0;
  std::string key_id;
  std::string name;
  std::string mail_from;
  std::string merchant;
  std::string terminal;
  std::string category = "5999";
  std::optional<std::uint32_t> orders_per_second;
  std::optional<std::uint32_t> burst;
  std::optional<std::uint32_t> open_orders;
  std::vector<std::string> guest_limits;  // "JPY=50000"; "none" alone
};

// Adds the subcommand `shop` with its own; `command` outlives the parsing, which fills it in.
void add_shop_commands(CLI::App& app, ShopCommand& command);

// Writes what was answered to `out`, what went wrong to `error`; returns the process's exit code.
int run(const ShopCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
