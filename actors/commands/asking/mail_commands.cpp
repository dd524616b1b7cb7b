#include "actors/commands/asking/mail_commands.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/mail_documents.hpp"
#include "actors/documents/webhook_documents.hpp"
#include "engine/base/characters.hpp"

namespace spillway::actors {

namespace {

template <class MakeText>
int ask(const std::string& url, const std::string& method, const std::string& path, bool json,
        MakeText make_text, std::ostream& out, std::ostream& error) {
  const auto key = operator_key();
  if (!key) return fail(error, key.error().message);
  const auto answer = ask_as_operator(url, *key, method, path);
  if (!answer) return fail(error, answer.error().message);
  if (json) {
    out << answer->body << '\n';
    return exit_well;
  }
  const auto text = make_text(answer->body);
  if (!text) return fail(error, url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

}  // namespace

void add_mail_commands(CLI::App& app, MailsCommand& mails, WebhooksCommand& webhooks) {
  CLI::App* list = app.add_subcommand(
      "mails",
      "List the mails of a running system that are due or ended without being delivered. Its "
      "operator's key comes from SPILLWAY_KEY.");
  add_url(*list, mails.url);
  list->add_option("--state", mails.state,
                   "Only these: due, deferred, sending, refused, given_up or dropped.")
      ->check(CLI::IsMember({"due", "deferred", "sending", "refused", "given_up", "dropped"}));
  list->add_flag("--json", mails.json, "The answer as it came.");
  const auto add_change = [&](const char* name, const char* what) {
    CLI::App* change = list->add_subcommand(name, what);
    change->add_option("MAIL", mails.mail, "What `spillway mails` names it.")->required();
    add_url(*change, mails.url);
    change->add_flag("--json", mails.json, "The answer as it came.");
    change->callback([&mails, name] { mails.change = name; });
  };
  add_change("retry", "Try a mail at once.");
  add_change("drop", "End a mail: its buyer is not told.");
  list->require_subcommand(0, 1);

  CLI::App* failing = app.add_subcommand(
      "webhooks",
      "List the webhooks of all shops of a running system. Its operator's key comes from "
      "SPILLWAY_KEY.");
  add_url(*failing, webhooks.url);
  failing->add_option("--status", webhooks.status, "Only these: active, failing or gone.")
      ->check(CLI::IsMember({"active", "failing", "gone"}));
  failing->add_flag("--json", webhooks.json, "The answer as it came.");
}

int run(const MailsCommand& command, std::ostream& out, std::ostream& error) {
  if (command.change.empty()) {
    std::string path = "/v1/mails?limit=500";
    if (!command.state.empty()) path += "&state=" + command.state;
    return ask(
        command.url, "GET", path, command.json,
        [&](const std::string& json) { return mails_text(json, command.state); }, out, error);
  }
  for (const char c : command.mail) {
    const bool plain = is_letter_or_digit(c) || c == '-' || c == '.';
    if (!plain) return fail(error, "a mail is named like 3F7K-9Q2M-XW41.thanks");
  }
  return ask(command.url, "POST", "/v1/mails/" + command.mail + "/" + command.change, command.json,
             mail_text, out, error);
}

int run(const WebhooksCommand& command, std::ostream& out, std::ostream& error) {
  std::string path = "/v1/webhooks?limit=500";
  if (!command.status.empty()) path += "&status=" + command.status;
  return ask(
      command.url, "GET", path, command.json,
      [&](const std::string& json) { return webhooks_text(json, command.status); }, out, error);
}

}  // namespace spillway::actors
