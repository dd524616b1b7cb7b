// The commands about keys.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

namespace {

std::optional<std::string> from_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

int say(const Result<void>& done, const char* sentence, std::ostream& out, std::ostream& error) {
  if (!done) {
    error << "spillway: " << done.error().message << '\n';
    return exit_failed;
  }
  out << sentence << '\n';
  return exit_well;
}

}  // namespace

int run(const RotateMasterKeyCommand& command, std::ostream& out, std::ostream& error) {
  return say(
      storage::rotate_master_key(command.data, from_environment(storage::Keyring::environment_name),
                                 from_environment(storage::Keyring::next_environment_name)),
      "good: the keys are wrapped under a new master key; back up keys/ now", out, error);
}

int run(const RotateSigningKeyCommand& command, std::ostream& out, std::ostream& error) {
  return say(storage::rotate_signing_key(command.data,
                                         from_environment(storage::Keyring::environment_name)),
             "good: the next start signs receipts with a new key; back up keys/ now", out, error);
}

}  // namespace spillway::actors
