#include "storage/registry/shop_rows.hpp"

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t shop_row_version = 1;
constexpr std::uint64_t shop_version = 2;
constexpr std::size_t shop_elements = 12;
constexpr std::size_t shop_elements_of_version_1 = 11;  // without the limit of open orders
constexpr std::size_t key_elements = 3;

// Writes into a text of the bound's size and cuts it to what was written.
template <class Write>
std::string packed(std::size_t bound, Write write) {
  std::string out(bound, '\0');
  PackWriter writer(out.data());
  write(writer);
  out.resize(static_cast<std::size_t>(writer.end() - out.data()));
  return out;
}

}  // namespace

std::string shop_row_key(ShopId shop) {
  std::string key(4, '\0');
  put_big_endian(key.data(), shop.value);
  return key;
}

std::string api_key_row_key(ShopId shop, std::string_view id) {
  return shop_row_key(shop).append(id);
}

std::string encode_shop(const Shop& shop) {
  const std::size_t texts = shop.name.size() + shop.mail_from.size() + 64;
  const std::size_t guests = shop.limits.guest_limits.size() * 3 * PackWriter::number_max;
  return packed(texts + guests + 40 * PackWriter::number_max, [&](PackWriter& out) {
    out.array(shop_elements);
    out.number(shop_version);
    out.text(shop.name);
    out.text(shop.mail_from);
    out.text(shop.merchant.category);
    out.text(shop.merchant.terminal);
    out.text(shop.merchant.merchant);
    out.time(shop.created_at);
    out.time(shop.closed_at.value_or(Timestamp()));  // 0: open
    out.number(shop.limits.orders_per_second);
    out.number(shop.limits.burst);
    out.array(shop.limits.guest_limits.size());
    for (const Money& most : shop.limits.guest_limits) {
      out.array(2);
      out.number(most.currency.numeric);
      out.signed_number(most.minor_units);
    }
    out.number(shop.limits.open_orders);
  });
}

std::string encode_api_key(const ShopKeyEntry& key) {
  return packed(key.hash.size() + 4 * PackWriter::number_max, [&](PackWriter& out) {
    out.array(key_elements);
    out.number(shop_row_version);
    out.text(key.hash);
    out.time(key.created_at);
  });
}

std::string encode_counter(std::uint64_t number) {
  return packed(PackWriter::number_max, [&](PackWriter& out) { out.number(number); });
}

std::optional<Shop> decode_shop(std::string_view row_key, std::string_view value) {
  if (row_key.size() != 4) return std::nullopt;
  PackReader in(value);
  const std::size_t elements = in.array();
  const std::uint64_t row_version = in.number();
  const bool first_version =
      row_version == shop_row_version && elements == shop_elements_of_version_1;
  if (!first_version && (row_version != shop_version || elements != shop_elements))
    return std::nullopt;
  Shop shop;
  shop.id = {get_big_endian<std::uint32_t>(row_key.data())};
  shop.name = in.text();
  shop.mail_from = in.text();
  shop.merchant.category = in.text();
  shop.merchant.terminal = in.text();
  shop.merchant.merchant = in.text();
  shop.created_at = in.time();
  const Timestamp closed_at = in.time();
  if (closed_at != Timestamp{}) shop.closed_at = closed_at;
  shop.limits.orders_per_second = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  shop.limits.burst = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  const std::size_t guests = in.array();
  for (std::size_t i = 0; i < guests && !in.failed(); ++i) {
    in.array_of(2);
    const auto currency = static_cast<std::uint16_t>(in.number(UINT16_MAX));
    shop.limits.guest_limits.push_back({in.signed_number(), {currency}});
  }
  if (!first_version) shop.limits.open_orders = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  if (in.failed() || !in.at_end()) return std::nullopt;
  return shop;
}

std::optional<ShopKeyEntry> decode_api_key(std::string_view row_key, std::string_view value) {
  if (row_key.size() <= 4) return std::nullopt;
  PackReader in(value);
  in.array_of(key_elements);
  if (in.number() != shop_row_version) return std::nullopt;
  ShopKeyEntry key;
  key.shop = {get_big_endian<std::uint32_t>(row_key.data())};
  key.id = row_key.substr(4);
  key.hash = in.text();
  key.created_at = in.time();
  if (in.failed() || !in.at_end()) return std::nullopt;
  return key;
}

std::optional<std::uint64_t> decode_counter(std::string_view value) {
  PackReader in(value);
  const std::uint64_t number = in.number();
  if (in.failed() || !in.at_end()) return std::nullopt;
  return number;
}

}  // namespace spillway::storage
