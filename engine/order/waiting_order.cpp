#include "engine/order/waiting_order.hpp"

#include <algorithm>

#include "engine/order/limits.hpp"

namespace spillway {

Turn turn_of(const WaitingOrder& order) {
  constexpr Duration unspoken = limits::verdict_unspoken;
  const auto wanted = order.timing.verdict_within();
  Duration within = wanted ? Duration(*wanted) : unspoken;
  if (order.timing.urgency() == Urgency::high) within = std::min(within, unspoken) - unspoken;
  return {order.received_at + within, order.number};
}

}  // namespace spillway
