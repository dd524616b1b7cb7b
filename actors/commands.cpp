#include "actors/commands.hpp"

#include <cstdlib>
#include <iostream>

#include "actors/operator_client.hpp"
#include "actors/status.hpp"
#include "engine/card.hpp"
#include "net/api_keys.hpp"

namespace spillway::actors {

namespace {

int fail(std::ostream& error, const std::string& sentence) {
  error << "spillway: " << sentence << '\n';
  return exit_failed;
}

// Fetches the status and shows it as `make_text` does.
template <class MakeText>
int show_status(const std::string& url, MakeText make_text, std::ostream& out,
                std::ostream& error) {
  const char* key = std::getenv("SPILLWAY_KEY");
  if (key == nullptr || *key == '\0') {
    return fail(error, "the environment must hold the operator's key as SPILLWAY_KEY");
  }
  const auto answer = ask_as_operator(url, key, "GET", "/v1/status");
  if (!answer) return fail(error, answer.error().message);
  const auto text = make_text(answer->body);
  if (!text) return fail(error, url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

}  // namespace

int run(const StatusCommand& command, std::ostream& out, std::ostream& error) {
  return show_status(command.url, status_text, out, error);
}

int run(const RelaysCommand& command, std::ostream& out, std::ostream& error) {
  return show_status(command.url, relays_text, out, error);
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
