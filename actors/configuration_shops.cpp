// [[shops]]
#include "actors/configuration_sections.hpp"
#include "net/mail_address.hpp"

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
    if (shop.id.value != 0) {
      is_new(ids, std::to_string(shop.id.value), section.path_of("id"), section.line_of("id"),
             problems);
    }
    section.finish();
    out.shops.push_back(std::move(shop));
  }
}

}  // namespace spillway::actors
