#include "actors/commands/asking/relay_commands.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

#include "actors/base/url_text.hpp"
#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/relay_json.hpp"

namespace spillway::actors {

namespace {

template <class MakeText>
int ask(const std::string& url, const std::string& method, const std::string& path,
        const std::string& body, MakeText make_text, std::ostream& out, std::ostream& error) {
  const auto key = operator_key();
  if (!key) return fail(error, key.error().message);
  const auto answer = ask_as_operator(url, *key, method, path, body);
  if (!answer) return fail(error, answer.error().message);
  const auto text = make_text(answer->body);
  if (!text) return fail(error, url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

Result<std::string> as_it_came(const std::string& json) {
  return json + "\n";
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

void add_relays(CLI::App& app, RelaysCommand& relays) {
  CLI::App* list = app.add_subcommand(
      "relays",
      "List the relay centres of a running system; pause one, or let it go on. Its operator's key "
      "comes from SPILLWAY_KEY.");
  list->require_subcommand(0, 1);
  add_url(*list, relays.url);
  list->add_flag("--json", relays.json, "As JSON, as GET /v1/relays gives it.");
  const auto add = [&](const char* name, const char* sentence, RelaysCommand::Action action) {
    CLI::App* added = list->add_subcommand(name, sentence);
    added->add_option("RELAY", relays.relay, "The relay centre's name or number.")->required();
    add_url(*added, relays.url);
    added->callback([&relays, action] { relays.action = action; });
    return added;
  };
  add("pause", "Send no new authorizations there; repeats and reversals go on.",
      RelaysCommand::Action::pause)
      ->add_option("--reason", relays.reason, "Why, for who looks at it later.");
  add("resume", "Send authorizations there again.", RelaysCommand::Action::resume);
}

}  // namespace

void add_relay_commands(CLI::App& app, RelaysCommand& relays, PaceCommand& pace) {
  add_relays(app, relays);
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
  const std::string relay = "/v1/relays/" + url_escaped(command.relay);
  switch (command.action) {
    case RelaysCommand::Action::pause:
      return ask(command.url, "POST", relay + "/pause",
                 command.reason.empty() ? std::string() : pause_request_json(command.reason),
                 relay_pause_text, out, error);
    case RelaysCommand::Action::resume:
      return ask(command.url, "POST", relay + "/resume", {}, relay_pause_text, out, error);
    case RelaysCommand::Action::list:
      break;
  }
  if (command.json) return ask(command.url, "GET", "/v1/relays", {}, as_it_came, out, error);
  return ask(command.url, "GET", "/v1/relays", {}, relays_text, out, error);
}

int run(const PaceCommand& command, std::ostream& out, std::ostream& error) {
  const std::string relay = "/v1/relays/" + url_escaped(command.relay);
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
