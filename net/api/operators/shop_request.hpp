// The bodies of the routes of shops: {"name": …, "mail_from": …,
//   "merchant": {"merchant": …, "terminal": …, "category": …},
//   "limits": {"orders_per_second": 50, "burst": 100, "open_orders": 5000,
//              "guest_limit": {"JPY": 50000}}}
#pragma once

#include <optional>
#include <string>

#include "engine/account/shop.hpp"
#include "engine/base/result.hpp"
#include "net/api/common/control_api.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

// What is not there stays as it is. A limit of 0, and a guest_limit of {}, are no limit.
struct ShopRequest : ControlBody {
  std::optional<std::string> name;
  std::optional<std::string> mail_from;
  std::optional<Merchant> merchant;  // of a new shop only
  std::optional<std::uint32_t> orders_per_second;
  std::optional<std::uint32_t> burst;
  std::optional<std::uint32_t> open_orders;
  std::optional<std::vector<Money>> guest_limits;

  void apply_to(Shop& shop) const;
};

// POST: a new shop, which needs a name, mail_from and merchant. PATCH: changes.
Result<std::shared_ptr<ControlBody>, Refusal> read_shop_request(JsonReader& json, HttpMethod method,
                                                                std::string_view body);

}  // namespace spillway::net
