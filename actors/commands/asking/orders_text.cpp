#include "actors/commands/asking/orders_text.hpp"

#include "actors/base/json_text.hpp"

namespace spillway::actors {

namespace {

std::string text_at(const Json& json, const char* name) {
  if (!json.contains(name) || json.at(name).is_null()) return "-";
  const Json& value = json.at(name);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string sum_of(const Json& order) {
  return order.at("amount").dump() + " " + order.at("currency").get<std::string>();
}

// What a fact says beyond its name: everything but its time, record and name.
std::string details_of(const Json& fact) {
  std::string text;
  for (const auto& [name, value] : fact.items()) {
    if (name == "at" || name == "record" || name == "fact") continue;
    text += " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

std::string head_of(const Json& order) {
  std::string text;
  const auto row = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<14} {}\n", name, value);
  };
  row("order", order.at("order").get<std::string>());
  row("status", order.at("status").get<std::string>() +
                    (order.at("escalated").get<bool>() ? ", for a person" : ""));
  row("shop", order.at("shop").dump());
  row("reference", order.at("reference").get<std::string>());
  row("amount", sum_of(order));
  row("card", order.at("card").at("company").get<std::string>() + " …" +
                  order.at("card").at("last_four").get<std::string>());
  row("relay centre", text_at(order.at("authorization"), "relay"));
  row("received", order.at("received_at").get<std::string>());
  if (order.contains("member")) row("member", text_at(order, "member"));
  if (order.contains("buyer"))
    row("buyer",
        text_at(order.at("buyer"), "name") + " <" + text_at(order.at("buyer"), "email") + ">");
  row("mail due", text_at(order, "mail_due"));
  return text;
}

}  // namespace

Result<std::string> orders_text(std::string_view json) {
  return read_json(json, [](const Json& all) {
    const Json& next = all.at("next");
    const std::string more =
        next.is_null() ? std::string() : "More: --after " + next.get<std::string>() + "\n";
    if (all.at("orders").empty())
      return (more.empty() ? "no order is found\n" : "no order is found on this page\n") + more;
    constexpr auto form = "{:<16} {:<16} {:>5}  {:<28} {:>14}  {:<20} {}\n";
    std::string text = fmt::format(fmt::runtime(form), "order", "status", "shop", "received",
                                   "amount", "relay centre", "reference");
    for (const Json& order : all.at("orders"))
      text += fmt::format(
          fmt::runtime(form), order.at("order").get<std::string>(),
          order.at("status").get<std::string>() + (order.at("escalated").get<bool>() ? " !" : ""),
          order.at("shop").dump(), order.at("received_at").get<std::string>(), sum_of(order),
          text_at(order.at("authorization"), "relay"), order.at("reference").get<std::string>());
    return text + more;
  });
}

Result<std::string> order_story_text(std::string_view json) {
  return read_json(json, [](const Json& order) {
    std::string text = head_of(order);
    for (const Json& attempt : order.at("attempts"))
      text += fmt::format(
          "attempt {:<6} reference {}, trace {:06}, sent {}, {}\n", attempt.at("attempt").dump(),
          attempt.at("reference").get<std::string>(), attempt.at("stan").get<std::uint32_t>(),
          attempt.at("sent_at").get<std::string>(), attempt.at("state").get<std::string>());
    for (const Json& fact : order.at("facts"))
      text += fmt::format("{}  {}{}\n", fact.at("at").get<std::string>(),
                          fact.at("fact").get<std::string>(), details_of(fact));
    if (!order.at("all_facts").get<bool>())
      text += "There may be more between the first and the last of these.\n";
    for (const Json& told : order.at("webhooks"))
      text +=
          fmt::format("webhook {}  {} ({}): {}, {} failed\n", told.at("webhook").get<std::string>(),
                      told.at("event").get<std::string>(), told.at("status").get<std::string>(),
                      told.at("state").get<std::string>(), told.at("tries").dump());
    return text;
  });
}

}  // namespace spillway::actors
