// A shop, as an operator sets it up: in the configuration, or while the system runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/money.hpp"
#include "engine/base/time.hpp"

namespace spillway {

// Who a shop is to a relay centre (ISO 8583:1987).
struct Merchant {
  std::string category = "5999";  // field 18, ISO 18245
  std::string terminal;           // field 41, 8 characters
  std::string merchant;           // field 42, 15 characters
  friend bool operator==(const Merchant&, const Merchant&) = default;
};

// Zero and an empty list: no limit.
struct ShopLimits {
  std::uint32_t orders_per_second = 0;
  std::uint32_t burst = 0;            // orders at once; 0: as many as a second brings
  std::vector<Money> guest_limits{};  // of one order without a member, one a currency; in a
                                      // currency that is not named guests cannot order
  std::uint32_t open_orders = 0;      // accepted and waiting to be sent for authorization
  friend bool operator==(const ShopLimits&, const ShopLimits&) = default;
};

struct Shop {
  ShopId id;
  std::string name;       // as buyers know it
  std::string mail_from;  // address the shop's mails come from
  Merchant merchant;
  ShopLimits limits;
  Timestamp created_at;
  std::optional<Timestamp> closed_at;
  bool fixed = false;  // stands in the configuration, and changes there only
  friend bool operator==(const Shop&, const Shop&) = default;
};

// One of a shop's API keys. What names it does not give it away.
struct ShopKeyEntry {
  ShopId shop;
  std::string id;    // the first 12 digits of the hash
  std::string hash;  // 64 hexadecimal digits
  Timestamp created_at;
  friend bool operator==(const ShopKeyEntry&, const ShopKeyEntry&) = default;
};

}  // namespace spillway
