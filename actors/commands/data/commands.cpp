#include "actors/commands/data/commands.hpp"

#include <iostream>

#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/status.hpp"
#include "engine/account/limits.hpp"
#include "engine/card/card.hpp"
#include "net/api/common/api_keys.hpp"

namespace spillway::actors {

int run(const StatusCommand& command, std::ostream& out, std::ostream& error) {
  const auto key = operator_key();
  if (!key) return fail(error, key.error().message);
  const auto answer = ask_as_operator(command.url, *key, "GET", "/v1/status");
  if (!answer) return fail(error, answer.error().message);
  if (command.json) {
    out << answer->body << '\n';
    return exit_well;
  }
  const auto text = status_text(answer->body);
  if (!text) return fail(error, command.url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

int run(const HashKeyCommand&, std::istream& in, std::ostream& out, std::ostream& error) {
  std::string key;
  std::getline(in, key);
  const bool good = net::is_api_key(key);
  const std::string hash = good ? net::hash_api_key(key) : std::string();
  wipe(key.data(), key.size());
  if (!good) {
    return fail(error, "a key is " + std::to_string(limits::api_key_min) + " to " +
                           std::to_string(limits::api_key_max) +
                           " letters, digits and -._~+/, on the first line");
  }
  out << hash << '\n';
  return exit_well;
}

}  // namespace spillway::actors
