#include "engine/authorization_queue.hpp"

#include <algorithm>

namespace spillway {

void AuthorizationQueue::push(const WaitingOrder& order) {
  if (order.timing.is_plain())
    plain_.push(order);
  else
    timed_.push(order);
}

void AuthorizationQueue::push_later(const WaitingOrder& order, MonotonicTime not_before) {
  later_.push_back({not_before, order});
  std::push_heap(later_.begin(), later_.end(), LaterFirst());
}

bool AuthorizationQueue::withdraw(OrderNumber number) {
  auto order = take(number);
  if (order) order->give_place_back();
  return order.has_value();
}

std::optional<WaitingOrder> AuthorizationQueue::take(OrderNumber number) {
  if (const auto order = plain_.take(number)) return order;
  if (const auto order = timed_.take(number)) return order;
  const auto later =
      std::ranges::find(later_, number, [](const Later& l) { return l.order.number; });
  if (later != later_.end()) {
    const WaitingOrder order = later->order;
    later_.erase(later);
    std::make_heap(later_.begin(), later_.end(), LaterFirst());
    return order;
  }
  const auto again = std::ranges::find(again_, number, &WaitingOrder::number);
  if (again == again_.end()) return std::nullopt;
  return again_.extract(again).value();
}

std::size_t AuthorizationQueue::pop(std::size_t count, MonotonicTime now,
                                    std::vector<WaitingOrder>& out) {
  let_come_back(now);
  std::size_t popped = 0;
  while (popped < count && pop_next(out)) ++popped;
  return popped;
}

void AuthorizationQueue::let_come_back(MonotonicTime now) {
  while (!later_.empty() && later_.front().not_before <= now) {
    std::pop_heap(later_.begin(), later_.end(), LaterFirst());
    again_.insert(later_.back().order);
    later_.pop_back();
  }
}

bool AuthorizationQueue::pop_next(std::vector<WaitingOrder>& out) {
  constexpr Turn never{Timestamp::max(), {}};
  const Turn plain = plain_.empty() ? never : turn_of(plain_.front());
  const Turn timed = timed_.empty() ? never : timed_.front();
  const Turn again = again_.empty() ? never : turn_of(*again_.begin());
  const Turn first = std::min({plain, timed, again});
  if (first == never) return false;
  if (first == plain)
    out.push_back(plain_.pop());
  else if (first == timed)
    out.push_back(timed_.pop());
  else
    out.push_back(again_.extract(again_.begin()).value());
  return true;
}

std::size_t AuthorizationQueue::size() const {
  return plain_.size() + timed_.size() + later_.size() + again_.size();
}

std::size_t AuthorizationQueue::ready(MonotonicTime now) const {
  return plain_.size() + timed_.size() + again_.size() + due(0, now);
}

std::optional<MonotonicTime> AuthorizationQueue::next_due() const {
  if (later_.empty()) return std::nullopt;
  return later_.front().not_before;
}

std::optional<Timestamp> AuthorizationQueue::oldest_received() const {
  if (plain_.empty() && timed_.empty()) return std::nullopt;
  if (plain_.empty()) return timed_.oldest().received_at;
  if (timed_.empty()) return plain_.front().received_at;
  return std::min(plain_.front().received_at, timed_.oldest().received_at);
}

std::size_t AuthorizationQueue::due(std::size_t root, MonotonicTime now) const {
  // What lies under an entry of a heap is not earlier than the entry itself.
  if (root >= later_.size() || later_[root].not_before > now) return 0;
  return 1 + due(2 * root + 1, now) + due(2 * root + 2, now);
}

}  // namespace spillway
