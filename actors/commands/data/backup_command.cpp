// The command that copies a data folder.
#include <iostream>

#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/folder/backup.hpp"

namespace spillway::actors {

int run(const BackupCommand& command, std::ostream& out, std::ostream& error) {
  const auto keys_to = command.keys_to.empty() ? storage::keys_folder(command.to) : command.keys_to;
  const auto report = storage::back_up(command.data, command.to, keys_to);
  if (!report) {
    error << "spillway: " << report.error().message << '\n';
    return exit_failed;
  }
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  out << "good: " << report->journal_bytes / mebibyte << " MiB of the journal, "
      << report->registry_bytes / mebibyte << " MiB of the registry, " << report->key_files
      << " files of keys; spillway verify --data checks the copy\n";
  return exit_well;
}

}  // namespace spillway::actors
