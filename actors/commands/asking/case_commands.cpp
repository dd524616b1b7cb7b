#include "actors/commands/asking/case_commands.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>

#include "actors/base/json_text.hpp"
#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/case_json.hpp"
#include "engine/base/characters.hpp"

namespace spillway::actors {

namespace {

// So that it can stand in a path as it is.
std::string check_case_name(const std::string& name) {
  const bool good = std::ranges::all_of(
      name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
  return good && !name.empty() ? "" : "must be a name that `spillway cases` shows";
}

// One page after the other.
int list(const CasesCommand& command, const std::string& key, std::ostream& out,
         std::ostream& error) {
  std::string path = "/v1/cases";
  std::size_t shown = 0;
  while (true) {
    const auto answer = ask_as_operator(command.url, key, "GET", path);
    if (!answer) return fail(error, answer.error().message);
    const auto text = cases_text(answer->body);
    const auto next = cases_next(answer->body);
    if (!text || !next)
      return fail(error, command.url + ": " + (text ? next : text).error().message);
    out << (command.json ? answer->body + "\n" : *text);
    shown += text->size();
    if (next->empty()) break;
    path = "/v1/cases?after=" + *next;
  }
  if (shown == 0 && !command.json) out << "nothing stands before a person\n";
  return exit_well;
}

int resolve(const CasesCommand& command, const std::string& key, std::ostream& out,
            std::ostream& error) {
  Json body = {{"outcome", command.outcome}, {"note", command.note}};
  if (!command.approval_code.empty()) body["approval_code"] = command.approval_code;
  const auto answer =
      ask_as_operator(command.url, key, "POST", "/v1/cases/" + command.resolve + "/resolve",
                      body.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!answer) return fail(error, answer.error().message);
  const auto text = case_resolved_text(answer->body);
  if (!text) return fail(error, command.url + ": " + text.error().message);
  out << (command.json ? answer->body + "\n" : *text);
  return exit_well;
}

}  // namespace

void add_case_commands(CLI::App& app, CasesCommand& cases) {
  CLI::App* command = app.add_subcommand(
      "cases",
      "List what stands before a person in a running system. Its operator's key comes from "
      "SPILLWAY_KEY.");
  add_url(*command, cases.url);
  command->add_flag("--json", cases.json, "As the API answers it.");
  CLI::App* one = command->add_subcommand(
      "resolve", "Settle a case by what the relay centre or the card company says.");
  one->add_option("CASE", cases.resolve, "What `spillway cases` names it.")
      ->required()
      ->check(check_case_name)
      ->type_name("NAME");
  one->add_option("--outcome", cases.outcome,
                  "not_charged: nothing is held under its field 37, or will be. authorized: the "
                  "amount is held and stays so.")
      ->required()
      ->check(CLI::IsMember({"not_charged", "authorized"}));
  one->add_option("--note", cases.note, "Who said so: for the audit log.")->required();
  one->add_option("--approval-code", cases.approval_code,
                  "authorized: the card company's approval code.")
      ->type_name("CODE");
  add_url(*one, cases.url);
  one->add_flag("--json", cases.json, "As the API answers it.");
}

int run(const CasesCommand& command, std::ostream& out, std::ostream& error) {
  const auto key = operator_key();
  if (!key) return fail(error, key.error().message);
  if (command.resolve.empty()) return list(command, *key, out, error);
  return resolve(command, *key, out, error);
}

}  // namespace spillway::actors
