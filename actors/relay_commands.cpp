#include "actors/relay_commands.hpp"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "actors/command_line.hpp"
#include "actors/operator_client.hpp"
#include "actors/relay_json.hpp"

namespace spillway::actors {

namespace {

void add_url(CLI::App& app, std::string& url) {
  app.add_option("--url", url, "The system. Default: http://127.0.0.1:8080.");
}

// As a segment of a path (RFC 3986 2.1).
std::string escaped(const std::string& name) {
  std::string text;
  for (const char each : name) {
    const bool plain = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') ||
                       (each >= 'A' && each <= 'Z') || each == '-' || each == '_' || each == '.';
    text += plain ? std::string(1, each)
                  : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(each)));
  }
  return text;
}

template <class MakeText>
int ask(const std::string& url, const std::string& method, const std::string& path,
        const std::string& body, MakeText make_text, std::ostream& out, std::ostream& error) {
  const auto fail = [&](const std::string& sentence) {
    error << "spillway: " << sentence << '\n';
    return exit_failed;
  };
  const auto key = operator_key();
  if (!key) return fail(key.error().message);
  const auto answer = ask_as_operator(url, *key, method, path, body);
  if (!answer) return fail(answer.error().message);
  const auto text = make_text(answer->body);
  if (!text) return fail(url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

void add_sharing(CLI::App& command, SharingText& sharing) {
  CLI::Option* mode =
      command
          .add_option("--sharing", sharing.mode,
                      "Instead of a pace: local, remote, spill or shared; as-configured: back to "
                      "what the configuration says.")
          ->type_name("MODE");
  command
      .add_option("--spill-wait", sharing.wait, "spill: nobody waits here for longer than this.")
      ->type_name("TIME")
      ->needs(mode);
  command.add_option("--spill-waiting", sharing.waiting, "spill: no more than so many wait here.")
      ->type_name("N")
      ->needs(mode);
  command
      .add_option("--spill-part", sharing.part,
                  "spill: excess, or all that waits once it is too much.")
      ->type_name("PART")
      ->needs(mode);
}

}  // namespace

void add_relay_commands(CLI::App& app, RelaysCommand& relays, PaceCommand& pace) {
  add_url(*app.add_subcommand("relays",
                              "List the relay centres of a running system. Its operator's key "
                              "comes from SPILLWAY_KEY."),
          relays.url);
  CLI::App* command = app.add_subcommand(
      "pace",
      "Set by which pace a running system sends to a relay centre, or how it shares that work with "
      "nodes, until it is set back. Its operator's key comes from SPILLWAY_KEY.");
  command->add_option("RELAY", pace.relay, "The relay centre's name or number.")->required();
  command->add_option("RATE", pace.pacing.rate, "The most requests a second it may see.");
  command
      ->add_option("--kind", pace.pacing.kind, "immediate, paced, batch or window. Default: paced.")
      ->type_name("KIND");
  command->add_option("--amount", pace.pacing.amount, "batch: as many go together.")
      ->type_name("N");
  command->add_option("--age", pace.pacing.age, "batch: or when the first waited so long.")
      ->type_name("TIME");
  command->add_option("--from", pace.pacing.from, "window: when it opens, like 23:00.");
  command->add_option("--to", pace.pacing.to, "window: when it shuts, like 05:00.");
  command->add_option("--zone", pace.pacing.zone, "window: whose clock, like Asia/Tokyo.");
  command->add_flag("--as-configured", pace.as_configured, "Back to what the configuration says.");
  add_sharing(*command, pace.sharing);
  add_url(*command, pace.url);
  command->callback([&pace] {
    const bool sets = pace.pacing != PacingText{};
    const bool shares = pace.sharing != SharingText{};
    if (static_cast<int>(sets) + static_cast<int>(shares) + static_cast<int>(pace.as_configured) !=
        1)
      throw CLI::RequiredError(
          "pace: RATE or --kind, or else --sharing alone, or else --as-configured alone");
  });
}

int run(const RelaysCommand& command, std::ostream& out, std::ostream& error) {
  return ask(command.url, "GET", "/v1/relays", {}, relays_text, out, error);
}

int run(const PaceCommand& command, std::ostream& out, std::ostream& error) {
  const std::string relay = "/v1/relays/" + escaped(command.relay);
  if (command.sharing.mode == PaceCommand::as_configured_mode)
    return ask(command.url, "DELETE", relay + "/sharing", {}, relay_sharing_text, out, error);
  if (command.sharing.mode)
    return ask(command.url, "PUT", relay + "/sharing", sharing_json(command.sharing),
               relay_sharing_text, out, error);
  const std::string path = relay + "/pace";
  if (command.as_configured)
    return ask(command.url, "DELETE", path, {}, relay_pace_text, out, error);
  return ask(command.url, "PUT", path, pacing_json(command.pacing), relay_pace_text, out, error);
}

}  // namespace spillway::actors
