#include "actors/documents/shop_json.hpp"

#include "actors/base/json_text.hpp"

namespace spillway::actors {

namespace {

// Null for a time that is none: what the configuration sets up has no time of its own.
Json time_if_set(std::optional<Timestamp> at) {
  return at && *at != Timestamp{} ? time_json(*at) : Json();
}

Json to_json(const Shop& shop) {
  Json guests = Json::object();
  for (const Money& most : shop.limits.guest_limits)
    guests[std::string(most.currency.code())] = most.minor_units;
  return {{"shop", shop.id.value},
          {"name", shop.name},
          {"mail_from", shop.mail_from},
          {"merchant",
           {{"merchant", shop.merchant.merchant},
            {"terminal", shop.merchant.terminal},
            {"category", shop.merchant.category}}},
          {"limits",
           {{"orders_per_second", shop.limits.orders_per_second},
            {"burst", shop.limits.burst},
            {"open_orders", shop.limits.open_orders},
            {"guest_limit", std::move(guests)}}},
          {"fixed", shop.fixed},
          {"created_at", time_if_set(shop.created_at)},
          {"closed_at", time_if_set(shop.closed_at)}};
}

Json to_json(const ShopKeyEntry& key) {
  return {{"key_id", key.id}, {"created_at", time_if_set(key.created_at)}};
}

std::string limit_text(const Json& limits) {
  std::string text;
  const auto add = [&](const char* name, const char* unit) {
    const auto value = limits.at(name).get<std::uint64_t>();
    if (value != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", value, unit);
  };
  add("orders_per_second", "orders/s");
  add("burst", "at once");
  add("open_orders", "open orders");
  for (const auto& [currency, most] : limits.at("guest_limit").items())
    text += fmt::format("{}guests {} {}", text.empty() ? "" : ", ", currency, most.dump());
  return text.empty() ? "no limits" : text;
}

std::string state_text(const Json& shop) {
  if (!shop.at("closed_at").is_null()) return "closed";
  return shop.at("fixed").get<bool>() ? "configured" : "open";
}

}  // namespace

std::string shop_json(const Shop& shop) {
  return to_json(shop).dump();
}

std::string shops_json(const std::vector<Shop>& shops) {
  Json list = Json::array();
  for (const Shop& shop : shops) list.push_back(to_json(shop));
  return Json{{"shops", std::move(list)}}.dump();
}

std::string shop_keys_json(const std::vector<ShopKeyEntry>& keys) {
  Json list = Json::array();
  for (const ShopKeyEntry& key : keys) list.push_back(to_json(key));
  return Json{{"keys", std::move(list)}}.dump();
}

std::string new_shop_key_json(const ShopKeyEntry& entry, std::string_view key) {
  return Json{{"key_id", entry.id}, {"key", key}, {"created_at", time_if_set(entry.created_at)}}
      .dump();
}

Result<std::string> shop_text(std::string_view json) {
  return read_json(json, [](const Json& shop) {
    const Json& merchant = shop.at("merchant");
    return fmt::format(
        "shop        {}, {}\nname        {}\nmail from   {}\nmerchant    {}, terminal {}, category "
        "{}\nlimits      {}\ncreated     {}\n",
        shop.at("shop").dump(), state_text(shop), shop.at("name").get<std::string>(),
        shop.at("mail_from").get<std::string>(), merchant.at("merchant").get<std::string>(),
        merchant.at("terminal").get<std::string>(), merchant.at("category").get<std::string>(),
        limit_text(shop.at("limits")), text_or_dash(shop.at("created_at")));
  });
}

Result<std::string> shops_text(std::string_view json) {
  return read_json(json, [](const Json& all) {
    if (all.at("shops").empty()) return std::string("there is no shop\n");
    std::string text =
        fmt::format("{:>10}  {:<10}  {:<24} {}\n", "shop", "state", "name", "limits");
    for (const Json& shop : all.at("shops"))
      text += fmt::format("{:>10}  {:<10}  {:<24} {}\n", shop.at("shop").dump(), state_text(shop),
                          shop.at("name").get<std::string>(), limit_text(shop.at("limits")));
    return text;
  });
}

Result<std::string> shop_keys_text(std::string_view json) {
  return read_json(json, [](const Json& all) {
    if (all.at("keys").empty()) return std::string("the shop has no key\n");
    std::string text = fmt::format("{:<14}{}\n", "key", "created");
    for (const Json& key : all.at("keys"))
      text += fmt::format("{:<14}{}\n", key.at("key_id").get<std::string>(),
                          text_or_dash(key.at("created_at")));
    return text;
  });
}

}  // namespace spillway::actors
