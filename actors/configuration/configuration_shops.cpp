// [[shops]]
#include <charconv>

#include "actors/configuration/configuration_sections.hpp"
#include "engine/account/limits.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "net/mail/mail_address.hpp"

namespace spillway::actors {

namespace {

void read_merchant(TomlSection& section, net::Merchant& out) {
  for (const auto key : {"merchant", "terminal"}) section.require(key);
  section.read("merchant", out.merchant, 1, 15);
  section.read("terminal", out.terminal, 1, 8);
  section.read("category", out.category, 4, 4);
  if (!printable_ascii(out.merchant)) section.problem("merchant", "must be plain ASCII");
  if (!printable_ascii(out.terminal)) section.problem("terminal", "must be plain ASCII");
  if (!all_digits(out.category)) section.problem("category", "must be 4 digits");
}

// "JPY 50000"
std::optional<Money> guest_limit_from(std::string_view text) {
  if (text.size() < 5 || text[3] != ' ') return std::nullopt;
  const auto currency = Currency::from_code(text.substr(0, 3));
  std::int64_t most = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 4, end, most);
  if (!currency || read.ec != std::errc() || read.ptr != end || most < 0 ||
      most > limits::amount_max)
    return std::nullopt;
  return Money{most, *currency};
}

void read_limits(net::TomlSection& section, ShopLimits& out, net::TomlProblems& problems) {
  section.read("orders_per_second", out.orders_per_second, 0, limits::shop_rate_max);
  section.read("burst", out.burst, 0, limits::shop_rate_max);
  section.read("open_orders", out.open_orders, 0, limits::waiting_orders_max);
  Seen currencies;
  for (const net::TomlText& text : section.texts("guest_limits")) {
    const auto limit = guest_limit_from(text.text);
    if (!limit)
      problems.add(text.line, text.key, "must be a currency and an amount, like \"JPY 50000\"");
    else if (is_new(currencies, text.text.substr(0, 3), text.key, text.line, problems))
      out.guest_limits.push_back(*limit);
  }
}

}  // namespace

void read_shops(TomlSection& root, Seen& hashes, Configuration& out, TomlProblems& problems) {
  Seen ids;
  for (TomlSection& section : root.tables("shops")) {
    ShopSettings shop;
    for (const auto key : {"id", "name", "key_hashes", "mail_from"}) section.require(key);
    section.read("id", shop.id.value, 1, UINT32_MAX);
    section.read("name", shop.name, 1, configured_name_max);
    section.read("mail_from", shop.mail_from, 1, limits::mail_address_max);
    if (!shop.mail_from.empty() && !net::is_mail_address(shop.mail_from)) {
      section.problem("mail_from", "must be a mail address like \"orders@shop.example\"");
    }
    const bool has_hashes = section.has("key_hashes");
    shop.key_hashes = read_key_hashes(section, hashes, problems);
    if (has_hashes && shop.key_hashes.empty()) {
      section.problem("key_hashes", "must hold at least one key, or the shop cannot come in");
    }
    read_merchant(section, shop.merchant);
    read_limits(section, shop.limits, problems);
    if (shop.id.value != 0) {
      is_new(ids, std::to_string(shop.id.value), section.path_of("id"), section.line_of("id"),
             problems);
    }
    section.finish();
    out.shops.push_back(std::move(shop));
  }
}

}  // namespace spillway::actors
