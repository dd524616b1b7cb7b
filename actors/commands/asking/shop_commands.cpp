#include "actors/commands/asking/shop_commands.hpp"

#include <charconv>
#include <cstdlib>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/shop_json.hpp"
#include "net/stream/standard_streams.hpp"

namespace spillway::actors {

namespace {

using Action = ShopCommand::Action;
using Json = nlohmann::ordered_json;

// Empty when the text is CURRENCY=AMOUNT; otherwise what CLI11 prints.
std::string check_guest_limit(const std::string& text) {
  if (text == "none") return {};
  const std::size_t equals = text.find('=');
  std::int64_t amount = 0;
  const char* end = text.data() + text.size();
  if (equals == 3 && std::from_chars(text.data() + 4, end, amount).ptr == end && text.size() > 4 &&
      amount >= 0)
    return {};
  return "must be like JPY=50000, in the currency's minor unit, or none";
}

void add_limits(CLI::App& app, ShopCommand& command) {
  app.add_option("--rate", command.orders_per_second, "Orders a second; 0: no limit.")
      ->type_name("N");
  app.add_option("--burst", command.burst, "Orders at once; 0: as many as a second brings.")
      ->type_name("N");
  app.add_option("--open-orders", command.open_orders,
                 "Orders that may wait to be sent for authorization; 0: no limit.")
      ->type_name("N");
  app.add_option("--guest-limit", command.guest_limits,
                 "The most that an order without a member may come to. Repeatable.")
      ->check(check_guest_limit)
      ->type_name("CURRENCY=AMOUNT");
}

Json limits_json(const ShopCommand& command) {
  Json limits = Json::object();
  if (command.orders_per_second) limits["orders_per_second"] = *command.orders_per_second;
  if (command.burst) limits["burst"] = *command.burst;
  if (command.open_orders) limits["open_orders"] = *command.open_orders;
  if (command.guest_limits.empty()) return limits;
  limits["guest_limit"] = Json::object();
  for (const std::string& text : command.guest_limits)
    if (text != "none")
      limits["guest_limit"][text.substr(0, 3)] = std::strtoll(text.c_str() + 4, nullptr, 10);
  return limits;
}

Json create_json(const ShopCommand& command) {
  return {{"name", command.name},
          {"mail_from", command.mail_from},
          {"merchant",
           {{"merchant", command.merchant},
            {"terminal", command.terminal},
            {"category", command.category}}},
          {"limits", limits_json(command)}};
}

CLI::App* add_action(CLI::App& app, ShopCommand& command, const char* name, const char* sentence,
                     Action action, bool of_a_shop) {
  CLI::App* added = app.add_subcommand(name, sentence);
  if (of_a_shop)
    added->add_option("SHOP", command.shop, "The shop's number.")->required()->type_name("N");
  add_url(*added, command.url);
  if (action == Action::list || action == Action::show || action == Action::list_keys)
    added->add_flag("--json", command.json, "As JSON, as the API gives it.");
  added->callback([&command, action] { command.action = action; });
  return added;
}

struct Asked {
  const char* method;
  std::string path;
  std::string body;
};

Asked asked_by(const ShopCommand& command) {
  const std::string shop = "/v1/shops/" + std::to_string(command.shop);
  switch (command.action) {
    case Action::create:
      return {"POST", "/v1/shops", create_json(command).dump()};
    case Action::list:
      return {"GET", "/v1/shops", {}};
    case Action::show:
      return {"GET", shop, {}};
    case Action::limit:
      return {"PATCH", shop, Json{{"limits", limits_json(command)}}.dump()};
    case Action::close:
      return {"DELETE", shop, {}};
    case Action::add_key:
      return {"POST", shop + "/keys", {}};
    case Action::list_keys:
      return {"GET", shop + "/keys", {}};
    case Action::revoke_key:
      break;
  }
  return {"DELETE", shop + "/keys/" + command.key_id, {}};
}

Result<std::string> text_of(const ShopCommand& command, const std::string& answer) {
  switch (command.action) {
    case Action::list:
      return shops_text(answer);
    case Action::list_keys:
      return shop_keys_text(answer);
    case Action::add_key: {
      const auto json = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
      if (!json.is_object() || !json.contains("key")) return Error{"it answered without a key"};
      return json["key"].get<std::string>() + "\n";
    }
    case Action::revoke_key:
      return std::string();
    default:
      return shop_text(answer);
  }
}

// A key that was made and not shown is nobody's: it goes again.
std::string take_back(const ShopCommand& command, const std::string& operators_key,
                      const std::string& answer) {
  const auto json = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  const std::string id = json.value("key_id", "");
  const std::string path = "/v1/shops/" + std::to_string(command.shop) + "/keys/" + id;
  const auto gone = ask_as_operator(command.url, operators_key, "DELETE", path);
  return gone ? "; the new key was revoked again"
              : "; the new key " + id + " is there and was not shown: revoke it (" +
                    gone.error().message + ")";
}

}  // namespace

void add_shop_commands(CLI::App& app, ShopCommand& command) {
  CLI::App* shop = app.add_subcommand(
      "shop",
      "Make, show and change shops of a running system. Its operator's key comes from "
      "SPILLWAY_KEY.");
  shop->require_subcommand(1);
  CLI::App* create = add_action(*shop, command, "create", "Make a shop.", Action::create, false);
  create->add_option("--name", command.name, "As buyers know it.")->required();
  create->add_option("--mail-from", command.mail_from, "Where its mails come from.")->required();
  create->add_option("--merchant", command.merchant, "ISO 8583 field 42.")->required();
  create->add_option("--terminal", command.terminal, "ISO 8583 field 41.")->required();
  create->add_option("--category", command.category, "ISO 8583 field 18. Default: 5999.");
  add_limits(*create, command);
  add_action(*shop, command, "list", "List all shops.", Action::list, false);
  add_action(*shop, command, "show", "Show one shop.", Action::show, true);
  add_limits(*add_action(*shop, command, "limit", "Change what a shop may.", Action::limit, true),
             command);
  add_action(*shop, command, "close", "Close a shop for good: its keys go.", Action::close, true);

  CLI::App* key = shop->add_subcommand("key", "A shop's API keys.");
  key->require_subcommand(1);
  add_action(*key, command, "add", "Make a key and print it, which is the only time.",
             Action::add_key, true);
  add_action(*key, command, "list", "List a shop's keys.", Action::list_keys, true);
  add_action(*key, command, "revoke", "Revoke a key at once.", Action::revoke_key, true)
      ->add_option("KEY", command.key_id, "What `shop key list` names it.")
      ->required();
}

int run(const ShopCommand& command, std::ostream& out, std::ostream& error) {
  const auto fail = [&](const std::string& sentence) {
    error << "spillway: " << sentence << '\n';
    return exit_failed;
  };
  const auto key = operator_key();
  if (!key) return fail(key.error().message);
  const Asked asked = asked_by(command);
  const auto answer = ask_as_operator(command.url, *key, asked.method, asked.path, asked.body);
  if (!answer) return fail(answer.error().message);
  if (command.json) {
    out << answer->body << '\n';
    return exit_well;
  }
  const auto text = text_of(command, answer->body);
  if (!text) return fail(command.url + ": " + text.error().message);
  out << *text;
  const auto written = net::check_written(out);
  if (written) return exit_well;
  return fail(written.error().message + (command.action == Action::add_key
                                             ? take_back(command, *key, answer->body)
                                             : std::string()));
}

}  // namespace spillway::actors
