// What the files order_api*.cpp share.
#pragma once

#include <optional>
#include <string>

#include "net/api/common/api_fields.hpp"
#include "net/api/common/api_keys.hpp"
#include "net/api/common/api_writer.hpp"
#include "net/api/common/control_api.hpp"
#include "net/api/common/route.hpp"
#include "net/api/orders/order_request.hpp"
#include "net/api/routing/order_api.hpp"

namespace spillway::net {

inline constexpr std::string_view idempotency_key_must_be =
    "Idempotency-Key must be 1 to 255 printable ASCII characters, in quotes or without.";

struct OrderApi::Loop {
  Loop(HttpServer& server, const OrderCodes& codes, const OrderJson& order_json)
      : writer(server, codes, order_json) {}

  OrderRequestReader order_reader;
  JsonReader json;  // of all bodies but orders
  ApiWriter writer;
  std::shared_ptr<const ShopDirectory> shops;  // replaced on this thread only
  bool handed_over = false;                    // something, since the last flush
};

struct OrderApi::Call {
  const HttpRequest& request;
  Ticket ticket;
  Loop& loop;
  MatchedRoute matched;
  ApiFields fields;
  std::optional<IdentifiedKey> key{};  // of a shop, or of an operator
  bool of_operator = false;            // whose key it is
  std::string session{};               // of a member; may be none
  std::string idempotency_key{};       // of an order; empty: none

  ShopId shop() const { return key && !of_operator ? key->shop : ShopId{}; }
};

}  // namespace spillway::net
