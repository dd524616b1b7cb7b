// All that is kept in memory of an order that waits for authorization, and its place among others.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>

#include "engine/ids.hpp"
#include "engine/money.hpp"
#include "engine/order_timing.hpp"
#include "engine/shop_gate.hpp"
#include "engine/time.hpp"

namespace spillway {

struct WaitingOrder {
  OrderNumber number;
  std::int64_t amount = 0;  // minor units
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
