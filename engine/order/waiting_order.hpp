// All that is kept in memory of an order that waits for authorization, and its place among others.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <utility>

#include "engine/account/shop_gate.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/limits.hpp"
#include "engine/base/money.hpp"
#include "engine/base/time.hpp"
#include "engine/order/issuer.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order_timing.hpp"

namespace spillway {

// An amount in minor units as six bytes: limits::amount_max has forty bits.
class WaitingAmount {
 public:
  WaitingAmount() = default;
  WaitingAmount(std::int64_t minor_units) {
    SPILLWAY_CHECK(minor_units >= 0 && minor_units >> 48 == 0, "an amount does not fit a queue");
    for (std::size_t i = 0; i < parts_.size(); ++i)
      parts_[i] = static_cast<std::uint16_t>(minor_units >> (16 * i));
  }
  operator std::int64_t() const {
    return static_cast<std::int64_t>(parts_[0]) | static_cast<std::int64_t>(parts_[1]) << 16 |
           static_cast<std::int64_t>(parts_[2]) << 32;
  }

 private:
  std::array<std::uint16_t, 3> parts_{};
};

struct WaitingOrder {
  OrderNumber number;
  WaitingAmount amount;
  Issuer issuer;  // unknown of one that waited when the process began
  Timestamp received_at;
  ShopId shop;
  Currency currency;
  Attempt attempt;  // the attempts it already had
  OrderTiming timing{};
  ShopGate* place = nullptr;  // where it gives back its place among its shop's open orders

  void give_place_back() {
    if (ShopGate* const gate = std::exchange(place, nullptr)) gate->give_place_back();
  }
};
static_assert(sizeof(WaitingOrder) == 48);

// The place of an order: the lesser leaves first.
struct Turn {
  Timestamp due;
  OrderNumber number;  // of two that are due at the same time the older one
  friend auto operator<=>(const Turn&, const Turn&) = default;
};

// An order is due when its shop wants the verdict; one that says nothing, limits::verdict_unspoken
// after its reception. An urgent one is due as much earlier, and at its reception at the latest. So
// none goes behind an order that came more than twice limits::verdict_unspoken after it (once, if
// that one is urgent and names no time), however many are urgent, unless its own shop named a later
// time.
Turn turn_of(const WaitingOrder& order);

}  // namespace spillway
