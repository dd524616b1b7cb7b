// `spillway certs …`: makes the CA of a cluster and certificates of its systems' names, as files.
// Nothing has to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace spillway::actors {

struct CertsCommand {
  enum class Action : std::uint8_t { ca, name };
  Action action{};
  std::string name;           // of `name`
  std::filesystem::path ca;   // of `name`: the folder with ca.pem and ca.key
  std::filesystem::path out;  // the folder that the files go to
};

// Adds the subcommand `certs` with its own; `command` outlives the parsing, which fills it in.
void add_certs_commands(CLI::App& app, CertsCommand& command);

// Writes which files it made to `out`, what went wrong to `error`; returns the process's exit code.
// Overwrites nothing.
int run(const CertsCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
