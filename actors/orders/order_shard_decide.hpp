// How a shard decides about one order by itself: what its data break ends with it, and the others
// of the message go on.
#pragma once

#include "actors/orders/order_shard.hpp"

namespace spillway::actors {

template <class Decide>
bool OrderShard::decide(OrderNumber order, Decide decide) {
  const std::size_t recorded = entries_.size();
  if (handle_alone(
          "order", [&] { return services_.order_code(order); }, decide))
    return true;
  const std::size_t undone = entries_.size() - recorded;
  entries_.erase(entries_.end() - static_cast<std::ptrdiff_t>(undone), entries_.end());
  batch_.orders.resize(recorded);
  orders_.undo(order, undone);
  if (services_.unserved != nullptr) services_.unserved->set_aside(order);
  return false;
}

template <class Decide>
void OrderShard::decide(OrderNumber order, net::Ticket ticket, Decide decide) {
  if (this->decide(order, decide)) return;
  answer(ticket, net::refused(ticket, {.refusal = {500,
                                                   "The order cannot be read as it should be. "
                                                   "Nothing was changed. Ask the operator.",
                                                   {}}})
                     .answer);
}

}  // namespace spillway::actors
