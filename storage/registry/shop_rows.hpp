// Shops and their keys as values of the registry's rows (MessagePack; docs/data-format.md).
//
//   shops     key: shop (4 bytes, big-endian)
//   api_keys  key: shop (4 bytes, big-endian), id of the key
//   counters  key: "shops": the largest number that ever was a shop's
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/account/shop.hpp"

namespace spillway::storage {

inline constexpr std::string_view shop_counter = "shops";

std::string shop_row_key(ShopId shop);
std::string api_key_row_key(ShopId shop, std::string_view id);

std::string encode_shop(const Shop& shop);
std::string encode_api_key(const ShopKeyEntry& key);
std::string encode_counter(std::uint64_t number);

// Nothing when the row is of no form that is known.
std::optional<Shop> decode_shop(std::string_view row_key, std::string_view value);
std::optional<ShopKeyEntry> decode_api_key(std::string_view row_key, std::string_view value);
std::optional<std::uint64_t> decode_counter(std::string_view value);

}  // namespace spillway::storage
