#include "actors/commands/asking/orders_commands.hpp"

#include <map>
#include <ostream>

#include <CLI/CLI.hpp>

#include "actors/base/url_text.hpp"
#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/commands/asking/orders_text.hpp"

namespace spillway::actors {

namespace {

const std::map<std::string, const char*> sentences{
    {"status",
     "Only orders that are: received, authorizing, in_doubt, approval_needed, "
     "authorized, refused, cancelling or cancelled."},
    {"reference", "Only with the shop's own reference."},
    {"member", "Only of this member: the membership number."},
    {"email", "Only of a buyer with this mail address."},
    {"from", "Only received at this time or later, like 2026-11-21T09:00:00Z."},
    {"to", "Only received before this time."},
    {"amount", "Only of this amount, in the currency's minor unit."},
    {"shop", "Only of this shop: its number."},
    {"after", "The page behind this order: what the page before called next."},
    {"limit", "Orders a page. Default: 50."}};

std::string query_of(const OrdersCommand& command) {
  std::string query;
  for (const auto& [name, value] : command.filters) {
    if (value.empty()) continue;
    query += (query.empty() ? "?" : "&") + name + "=" + url_escaped(value);
  }
  return query;
}

}  // namespace

void add_orders_commands(CLI::App& app, OrdersCommand& command) {
  CLI::App* orders = app.add_subcommand(
      "orders",
      "Look for orders of a running system, newest first. Its operator's key comes from "
      "SPILLWAY_KEY.");
  orders->require_subcommand(0, 1);
  const auto add_common = [&command](CLI::App& to) {
    add_url(to, command.url);
    to.add_flag("--json", command.json, "As JSON, as the API gives it.");
  };
  add_common(*orders);
  for (auto& [name, value] : command.filters)
    orders->add_option("--" + name, value, sentences.at(name));
  CLI::App* show = orders->add_subcommand("show", "All that is known of one order.");
  show->add_option("ORDER", command.code, "Its code.")->required();
  add_common(*show);
}

int run(const OrdersCommand& command, std::ostream& out, std::ostream& error) {
  const auto fail = [&](const std::string& sentence) {
    error << "spillway: " << sentence << '\n';
    return exit_failed;
  };
  const auto key = operator_key();
  if (!key) return fail(key.error().message);
  const bool one = !command.code.empty();
  const auto answer = ask_as_operator(
      command.url, *key, "GET",
      one ? "/v1/orders/" + url_escaped(command.code) : "/v1/orders" + query_of(command));
  if (!answer) return fail(answer.error().message);
  if (command.json) {
    out << answer->body << '\n';
    return exit_well;
  }
  const auto text = one ? order_story_text(answer->body) : orders_text(answer->body);
  if (!text) return fail(command.url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

}  // namespace spillway::actors
