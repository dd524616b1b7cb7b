// Whose keys there are and what each shop may: a snapshot that does not change. Each loop has the
// newest one of its own (OrderApi::set_shops), so that looking into it needs no synchronisation.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/account/shop_gate.hpp"
#include "net/api/common/api_keys.hpp"

namespace spillway::net {

struct ShopDirectory {
  struct Entry {
    ShopGate* gate = nullptr;  // lives as long as the process
    std::vector<Money> guest_limits;
  };

  ApiKeys keys;
  std::unordered_map<ShopId, Entry> shops;  // every shop that has a key

  const Entry* find(ShopId shop) const {
    const auto found = shops.find(shop);
    return found == shops.end() ? nullptr : &found->second;
  }
};

// Why a guest may not order for so much; empty: he may. Names the field it is about.
struct GuestRefusal {
  std::string pointer;
  std::string detail;
};
inline std::optional<GuestRefusal> refuse_guest(const std::vector<Money>& limits, Money amount) {
  if (limits.empty()) return std::nullopt;
  const auto limit =
      std::ranges::find(limits, amount.currency, [](const Money& most) { return most.currency; });
  if (limit == limits.end())
    return GuestRefusal{"/currency", "guests cannot order in this currency here"};
  if (amount.minor_units <= limit->minor_units) return std::nullopt;
  return GuestRefusal{"/amount",
                      "is more than the " + to_text(*limit) + " that a guest may order for"};
}

}  // namespace spillway::net
