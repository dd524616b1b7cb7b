// Orders in the order of their numbers. Entering and leaving at the front cost nothing, taking one
// out of the middle a search. No order's shop is 0.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "engine/order/waiting_order.hpp"

namespace spillway {

class OrderLine {
 public:
  // Numbers must increase from push to push.
  void push(const WaitingOrder& order);

  std::optional<WaitingOrder> take(OrderNumber number);
  bool has(OrderNumber number) const { return place_of(number) != line_.size(); }

  // Of a line that is not empty.
  const WaitingOrder& front() const { return line_.front(); }
  WaitingOrder pop();

  bool empty() const { return line_.empty(); }
  std::size_t size() const { return line_.size() - gaps_; }

 private:
  std::size_t place_of(OrderNumber number) const;  // the line's size: it is not here
  void trim();

  std::deque<WaitingOrder> line_;  // one that was taken stays as a gap, never at either end
  std::size_t gaps_ = 0;
};

}  // namespace spillway
