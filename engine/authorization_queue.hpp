// What waits for authorization at one relay centre. First in, first out; an order that has to come
// back later re-enters when its time has come, before newer ones. No order's shop is 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/card.hpp"
#include "engine/ids.hpp"
#include "engine/money.hpp"
#include "engine/shop_gate.hpp"
#include "engine/time.hpp"

namespace spillway {

// All that is kept in memory of an order that waits.
struct WaitingOrder {
  OrderNumber number;
  std::int64_t amount = 0;  // minor units
  Timestamp received_at;
  ShopId shop;
  Currency currency;
  Attempt attempt;            // the attempts it already had
  ShopGate* place = nullptr;  // where it gives back its place among its shop's open orders

  void give_place_back() {
    if (ShopGate* const gate = std::exchange(place, nullptr)) gate->give_place_back();
  }
};
static_assert(sizeof(WaitingOrder) <= 64);

class AuthorizationQueue {
 public:
  // Numbers must increase from push to push.
  void push(const WaitingOrder& order);

  // For an order that was here before: it may be taken from `not_before` on.
  void push_later(const WaitingOrder& order, MonotonicTime not_before);

  // Takes the order out if it is still here, and gives its place back; says whether it was.
  bool withdraw(OrderNumber number);

  // Appends up to `count` orders to `out`, those due again first, then the oldest.
  std::size_t pop(std::size_t count, MonotonicTime now, std::vector<WaitingOrder>& out);

  std::size_t size() const;                          // all that waits, due or not
  std::size_t ready(MonotonicTime now) const;        // what `pop` could give now
  std::optional<MonotonicTime> next_due() const;     // of those that come back later
  std::optional<Timestamp> oldest_received() const;  // of those in line

 private:
  struct Later {
    MonotonicTime not_before;
    WaitingOrder order;
  };
  struct LaterFirst {
    bool operator()(const Later& a, const Later& b) const {
      return std::tie(a.not_before, a.order.number) > std::tie(b.not_before, b.order.number);
    }
  };

  std::size_t due(std::size_t root, MonotonicTime now) const;
  void trim();

  std::deque<WaitingOrder> line_;  // a withdrawn one stays as a gap: shop 0 until it is popped
  std::size_t gaps_ = 0;
  std::vector<Later> later_;  // a heap, earliest first
};

}  // namespace spillway
