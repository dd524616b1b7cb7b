// Shops and their keys as the API shows them to operators, and as the command line makes them
// readable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/account/shop.hpp"
#include "engine/base/result.hpp"

namespace spillway::actors {

// {"shop": 3, "name": "Shoes", "mail_from": "orders@shoes.example",
//  "merchant": {"merchant": "SHOES", "terminal": "T1", "category": "5999"},
//  "limits": {"orders_per_second": 50, "burst": 100, "open_orders": 5000,
//             "guest_limit": {"JPY": 50000}},
//  "fixed": false, "created_at": "2026-11-22T03:04:05.000000Z", "closed_at": null}
// A limit of 0, and {}, are none. A shop of the configuration has no created_at.
std::string shop_json(const Shop& shop);
std::string shops_json(const std::vector<Shop>& shops);  // {"shops": […]}

// {"keys": [{"key_id": "9f86d081884c", "created_at": …}]}; never a key.
std::string shop_keys_json(const std::vector<ShopKeyEntry>& keys);
// With the key, once: {"key_id": …, "key": "sk_…", "created_at": …}.
std::string new_shop_key_json(const ShopKeyEntry& entry, std::string_view key);

// The texts for people. An error when `json` is not what the functions above give.
Result<std::string> shop_text(std::string_view json);   // one shop
Result<std::string> shops_text(std::string_view json);  // a table
Result<std::string> shop_keys_text(std::string_view json);

}  // namespace spillway::actors
