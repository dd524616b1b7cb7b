// What waits for authorization at one relay centre. Who is due first leaves first (turn_of),
// whether it is here for the first time or comes back; among those that want nothing of their
// timing that is the oldest. Those never see a heap.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "engine/order_line.hpp"
#include "engine/priority_line.hpp"
#include "engine/time.hpp"
#include "engine/waiting_order.hpp"

namespace spillway {

class AuthorizationQueue {
 public:
  // Numbers must increase from push to push.
  void push(const WaitingOrder& order);

  // For an order that was here before: it may be taken from `not_before` on.
  void push_later(const WaitingOrder& order, MonotonicTime not_before);

  // Takes the order out if it is still here, and gives its place back; says whether it was.
  bool withdraw(OrderNumber number);

  // Appends up to `count` orders to `out`, by their turn.
  std::size_t pop(std::size_t count, MonotonicTime now, std::vector<WaitingOrder>& out);

  std::size_t size() const;                          // all that waits, due or not
  std::size_t ready(MonotonicTime now) const;        // what `pop` could give now
  std::optional<MonotonicTime> next_due() const;     // of those that come back later
  std::optional<Timestamp> oldest_received() const;  // of those that are here for the first time

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
  struct ByTurn {
    bool operator()(const WaitingOrder& a, const WaitingOrder& b) const {
      return turn_of(a) < turn_of(b);
    }
  };

  std::size_t due(std::size_t root, MonotonicTime now) const;
  void let_come_back(MonotonicTime now);
  bool pop_next(std::vector<WaitingOrder>& out);
  std::optional<WaitingOrder> take(OrderNumber number);

  OrderLine plain_;                       // want nothing of their timing
  PriorityLine timed_;                    // the others
  std::vector<Later> later_;              // a heap, earliest first
  std::set<WaitingOrder, ByTurn> again_;  // their time to come back has come
};

}  // namespace spillway
