// Orders that leave by their turn and not as they came: a line, and a heap of the turns beside it.
// Entering and leaving cost the depth of the heap and a search, 64 bytes an order.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "engine/order/order_line.hpp"

namespace spillway {

class PriorityLine {
 public:
  // Numbers must increase from push to push.
  void push(const WaitingOrder& order);

  std::optional<WaitingOrder> take(OrderNumber number);

  // Of a line that is not empty.
  const Turn& front() const { return turns_.front(); }
  WaitingOrder pop();

  bool empty() const { return line_.empty(); }
  std::size_t size() const { return line_.size(); }
  const WaitingOrder& oldest() const { return line_.front(); }

 private:
  void drop_front();
  void trim();

  OrderLine line_;
  // A heap. The turn of one that was taken stays for a while, never at the front.
  std::deque<Turn> turns_;
};

}  // namespace spillway
