#include "actors/commands/backup_options.hpp"

#include <CLI/CLI.hpp>

#include "actors/commands/asking/command_options.hpp"

namespace spillway::actors {

namespace {

void add_backup(CLI::App& app, BackupCommand& backup) {
  CLI::App* command = app.add_subcommand(
      "backup", "Copy a data folder to start from; the system may run meanwhile.");
  add_data(*command, backup.data);
  add_folder(*command, "--to", backup.to, "The copy, a folder that is not there yet.")->required();
  add_folder(*command, "--keys-to", backup.keys_to,
             "Where the keys go, a folder that is not there yet. Default: keys in the copy.");
}

void add_restore(CLI::App& app, RestoreCommand& restore) {
  CLI::App* command = app.add_subcommand(
      "restore", "Make a data folder to start from of a backup, and check it from end to end.");
  add_folder(*command, "--from", restore.from, "The backup; it is only read.")->required();
  add_folder(*command, "--keys-from", restore.keys_from,
             "Where the backup's keys are. Default: keys in the backup.");
  add_data(*command, restore.data,
           "The data folder, which is not there yet or is empty. Default: ./data.");
}

}  // namespace

void add_backup_commands(CLI::App& app, BackupCommand& backup, RestoreCommand& restore) {
  add_backup(app, backup);
  add_restore(app, restore);
}

}  // namespace spillway::actors
