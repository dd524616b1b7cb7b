// `spillway cases` and `spillway cases resolve`: an operator looks at what stands before a person
// in a running system, and settles it.
#pragma once

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace spillway::actors {

struct CasesCommand {
  std::string url = "http://127.0.0.1:8080";
  bool json = false;    // the documents as they come, one a line
  std::string resolve;  // the name of a case; empty: list them
  std::string outcome;
  std::string note;
  std::string approval_code;
};

// Adds the subcommand; what is given outlives the parsing, which fills it in.
void add_case_commands(CLI::App& app, CasesCommand& cases);

// Writes what was answered to `out`, what went wrong to `error`; returns the process's exit code.
int run(const CasesCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
