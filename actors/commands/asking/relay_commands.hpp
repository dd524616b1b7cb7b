// `spillway relays` and `spillway pace`: an operator looks at the relay centres of a running
// system, pauses one and lets it go on, sets their paces and how their work is shared with nodes.
#pragma once

#include <iosfwd>
#include <string>

#include "engine/pacing/pacing_text.hpp"
#include "engine/sharing/sharing_text.hpp"

namespace CLI {
class App;
}

namespace spillway::actors {

struct RelaysCommand {
  enum class Action { list, pause, resume };
  Action action = Action::list;
  std::string url = "http://127.0.0.1:8080";
  std::string relay;   // its name or number
  std::string reason;  // of a pause
  bool json = false;
};

struct PaceCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string relay;  // its name or number
  PacingText pacing;
  SharingText sharing;         // instead of a pacing; the mode may be `as_configured_mode`
  bool as_configured = false;  // instead of a pacing

  static constexpr auto as_configured_mode = "as-configured";
};

// Adds the subcommands; what is given outlives the parsing, which fills it in.
void add_relay_commands(CLI::App& app, RelaysCommand& relays, PaceCommand& pace);

// Each writes what was answered to `out`, what went wrong to `error`; returns the process's exit
// code.
int run(const RelaysCommand& command, std::ostream& out, std::ostream& error);
int run(const PaceCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
