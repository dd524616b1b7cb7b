#include "actors/backup_options.hpp"

#include <CLI/CLI.hpp>

namespace spillway::actors {

namespace {

void add_backup(CLI::App& app, BackupCommand& backup) {
  CLI::App* command = app.add_subcommand(
      "backup", "Copy a data folder to start from; the system may run meanwhile.");
  command->add_option("--data", backup.data, "The data folder. Default: ./data.")->type_name("DIR");
  command->add_option("--to", backup.to, "The copy, a folder that is not there yet.")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--keys-to", backup.keys_to,
                   "Where the keys go, a folder that is not there yet. Default: keys in the copy.")
      ->type_name("DIR");
}

void add_restore(CLI::App& app, RestoreCommand& restore) {
  CLI::App* command = app.add_subcommand(
      "restore", "Make a data folder to start from of a backup, and check it from end to end.");
  command->add_option("--from", restore.from, "The backup; it is only read.")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--keys-from", restore.keys_from,
                   "Where the backup's keys are. Default: keys in the backup.")
      ->type_name("DIR");
  command
      ->add_option("--data", restore.data,
                   "The data folder, which is not there yet or is empty. Default: ./data.")
      ->type_name("DIR");
}

}  // namespace

void add_backup_commands(CLI::App& app, BackupCommand& backup, RestoreCommand& restore) {
  add_backup(app, backup);
  add_restore(app, restore);
}

}  // namespace spillway::actors
