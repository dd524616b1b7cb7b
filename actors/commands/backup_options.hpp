// The command line of `spillway backup` and `spillway restore`.
#pragma once

#include "actors/commands/command_line.hpp"

namespace CLI {
class App;
}

namespace spillway::actors {

void add_backup_commands(CLI::App& app, BackupCommand& backup, RestoreCommand& restore);

}  // namespace spillway::actors
