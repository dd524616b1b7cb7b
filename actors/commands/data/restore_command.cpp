// The command that makes a data folder of a backup.
#include <chrono>
#include <cstdlib>
#include <ostream>

#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/folder/restore.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

int run(const RestoreCommand& command, std::ostream& out, std::ostream& error) {
  const char* const master = std::getenv(storage::Keyring::environment_name);
  const auto keys_from =
      command.keys_from.empty() ? storage::keys_folder(command.from) : command.keys_from;
  const auto report = storage::restore(
      command.from, keys_from, command.data,
      master == nullptr ? std::nullopt : std::optional<std::string>(master), storage::clock_now());
  if (!report) {
    error << "spillway: " << report.error().message << '\n';
    return exit_failed;
  }
  out << "good: " << report->verified.records << " records of " << report->verified.orders
      << " orders, " << report->verified.registry_rows << " rows of the registry, "
      << report->verified.members << " members; new orders have numbers from " << report->next.value
      << " on, so that nothing of what came after the backup is named again\n"
      << "Before you start it: what waits in it may have been authorized since. See Backups in "
         "docs/operations.md\n";
  return exit_well;
}

}  // namespace spillway::actors
