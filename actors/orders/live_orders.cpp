#include "actors/orders/live_orders.hpp"

#include <variant>

namespace spillway::actors {

LiveOrder* LiveOrders::find(OrderNumber number) {
  if (const auto found = orders_.find(number); found != orders_.end()) return &found->second;
  auto state = revive(number);
  if (!state) return nullptr;
  revived_.push_back(number);
  return &orders_.emplace(number, LiveOrder{std::move(*state)}).first->second;
}

std::optional<OrderState> LiveOrders::revive(OrderNumber number) const {
  if (number.value == 0 || released_.contains(number)) return std::nullopt;
  if (number.value <= views_.position().value) {
    auto row = views_.order(number);
    if (!row) return std::nullopt;
    return std::move(row->state);
  }
  const auto stored = journal_.read(RecordNumber{number.value});
  if (!stored) return std::nullopt;
  const auto* received = std::get_if<Received>(&stored->event.fact);
  if (!received) return std::nullopt;
  return open_order(number, *received, stored->event.at);
}

LiveOrder* LiveOrders::from_queue(const WaitingOrder& order, RelayId relay) {
  if (order.attempt.value > 0) {
    LiveOrder* const live = find(order.number);
    if (live != nullptr) live->issuer = order.issuer;
    return live;
  }
  if (released_.contains(order.number)) return nullptr;
  const auto [at, fresh] = orders_.try_emplace(order.number);
  if (fresh) {
    OrderState& state = at->second.state;
    state.number = order.number;
    state.shop = order.shop;
    state.relay = relay;
    state.amount = {order.amount, order.currency};
    state.timing = order.timing;
    state.last_record = RecordNumber{order.number.value};
    state.history.reserve(3);
    state.history.push_back({Status::received, order.received_at});
    revived_.push_back(order.number);
  }
  at->second.issuer = order.issuer;
  return &at->second;
}

void LiveOrders::end_turn() {
  for (const OrderNumber number : revived_) {
    const auto found = orders_.find(number);
    if (found == orders_.end()) continue;
    const LiveOrder& order = found->second;
    // Unchanged, so the views or its `received` record still say all there is.
    if (order.uncommitted == 0 && !order.in_queue) orders_.erase(found);
  }
  revived_.clear();
}

void LiveOrders::committed(OrderNumber number, RecordNumber record) {
  const auto found = orders_.find(number);
  SPILLWAY_CHECK(found != orders_.end(), "an order was forgotten before its event was durable");
  LiveOrder& order = found->second;
  order.state.last_record = record;
  --order.uncommitted;
  if (order.uncommitted == 0 && at_rest(order.state)) rests_.push_back({record, number});
}

void LiveOrders::left_queue(OrderNumber number) {
  const auto found = orders_.find(number);
  if (found == orders_.end()) return;
  found->second.in_queue = false;
  if (may_go(found->second, projected_)) orders_.erase(found);
}

void LiveOrders::undo(OrderNumber number, std::size_t undone) {
  const auto found = orders_.find(number);
  if (found == orders_.end()) return;
  SPILLWAY_CHECK(found->second.uncommitted == undone,
                 "an order with events on their way to the journal cannot be decided about");
  orders_.erase(found);
}

bool LiveOrders::release(OrderNumber number, RecordNumber last_record) {
  const LiveOrder* order = find(number);
  if (order == nullptr || order->uncommitted > 0 || order->in_queue || !is_closed(order->state) ||
      order->state.last_record != last_record)
    return false;
  orders_.erase(number);
  released_.insert(number);
  return true;
}

void LiveOrders::forget_rested(RecordNumber projected) {
  projected_ = projected;
  std::erase_if(released_, [this](OrderNumber number) { return !views_.order(number); });
  while (!rests_.empty() && rests_.front().since <= projected) {
    const auto found = orders_.find(rests_.front().number);
    if (found != orders_.end() && may_go(found->second, projected)) orders_.erase(found);
    rests_.pop_front();
  }
}

bool LiveOrders::may_go(const LiveOrder& order, RecordNumber projected) const {
  return order.uncommitted == 0 && !order.in_queue && at_rest(order.state) &&
         order.state.last_record <= projected;
}

}  // namespace spillway::actors
