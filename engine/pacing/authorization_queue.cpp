#include "engine/pacing/authorization_queue.hpp"

#include <algorithm>

#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

constexpr Turn never{Timestamp::max(), {}};

}  // namespace

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

void AuthorizationQueue::came_back(const WaitingOrder& order, MonotonicTime not_before,
                                   MonotonicTime now) {
  lines_.came_back(order.issuer, order.attempt, now);
  later_.push_back({not_before, order, true});
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
  if (const auto order = lines_.take(number)) return order;
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
  lines_.forget(now);
  let_come_back(now);
  std::size_t popped = 0;
  std::size_t set_aside = 0;
  while (popped < count && set_aside < limits::set_aside_max) {
    const WaitingOrder* const apart = lines_.front(now);
    const auto next = pop_next(apart ? turn_of(*apart) : never);
    if (next && lines_.is_away(next->issuer)) {
      lines_.keep(*next);
      ++set_aside;
      continue;
    }
    if (!next && !apart) break;
    out.push_back(next ? *next : lines_.pop(now));
    ++popped;
  }
  return popped;
}

void AuthorizationQueue::let_come_back(MonotonicTime now) {
  while (!later_.empty() && later_.front().not_before <= now) {
    std::pop_heap(later_.begin(), later_.end(), LaterFirst());
    if (later_.back().issuer_is_away)
      lines_.keep(later_.back().order);
    else
      again_.insert(later_.back().order);
    later_.pop_back();
  }
}

// Nothing when none is due before `bound`.
std::optional<WaitingOrder> AuthorizationQueue::pop_next(const Turn& bound) {
  const Turn plain = plain_.empty() ? never : turn_of(plain_.front());
  const Turn timed = timed_.empty() ? never : timed_.front();
  const Turn again = again_.empty() ? never : turn_of(*again_.begin());
  const Turn first = std::min({plain, timed, again});
  if (first >= bound) return std::nullopt;
  if (first == plain) return plain_.pop();
  if (first == timed) return timed_.pop();
  return again_.extract(again_.begin()).value();
}

std::size_t AuthorizationQueue::size() const {
  return plain_.size() + timed_.size() + later_.size() + again_.size() + lines_.size();
}

std::size_t AuthorizationQueue::ready(MonotonicTime now) const {
  return plain_.size() + timed_.size() + again_.size() + lines_.ready(now) + due(0, now);
}

std::optional<MonotonicTime> AuthorizationQueue::next_due(MonotonicTime now) const {
  const auto line = lines_.next_due(now);
  if (later_.empty()) return line;
  return line ? std::min(*line, later_.front().not_before) : later_.front().not_before;
}

std::optional<Timestamp> AuthorizationQueue::oldest_waiting() const {
  const auto here = oldest_received();
  const auto apart = lines_.oldest_received();
  return here && apart ? std::min(*here, *apart) : here ? here : apart;
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
