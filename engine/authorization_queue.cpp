#include "engine/authorization_queue.hpp"

#include <algorithm>

#include "engine/invariants.hpp"

namespace spillway {

namespace {

constexpr ShopId withdrawn{0};

bool is_gap(const WaitingOrder& order) {
  return order.shop == withdrawn;
}

}  // namespace

void AuthorizationQueue::push(const WaitingOrder& order) {
  SPILLWAY_CHECK(order.shop != withdrawn, "a waiting order has no shop");
  SPILLWAY_CHECK(line_.empty() || line_.back().number < order.number,
                 "an order was put in line before an older one");
  line_.push_back(order);
}

void AuthorizationQueue::push_later(const WaitingOrder& order, MonotonicTime not_before) {
  later_.push_back({not_before, order});
  std::push_heap(later_.begin(), later_.end(), LaterFirst());
}

bool AuthorizationQueue::withdraw(OrderNumber number) {
  const auto in_line =
      std::lower_bound(line_.begin(), line_.end(), number,
                       [](const WaitingOrder& order, OrderNumber n) { return order.number < n; });
  if (in_line != line_.end() && in_line->number == number && !is_gap(*in_line)) {
    in_line->give_place_back();
    in_line->shop = withdrawn;
    ++gaps_;
    trim();
    return true;
  }
  const auto later = std::find_if(later_.begin(), later_.end(),
                                  [&](const Later& l) { return l.order.number == number; });
  if (later == later_.end()) return false;
  later->order.give_place_back();
  later_.erase(later);
  std::make_heap(later_.begin(), later_.end(), LaterFirst());
  return true;
}

std::size_t AuthorizationQueue::pop(std::size_t count, MonotonicTime now,
                                    std::vector<WaitingOrder>& out) {
  std::size_t popped = 0;
  while (popped < count && !later_.empty() && later_.front().not_before <= now) {
    std::pop_heap(later_.begin(), later_.end(), LaterFirst());
    out.push_back(later_.back().order);
    later_.pop_back();
    ++popped;
  }
  while (popped < count && !line_.empty()) {
    out.push_back(line_.front());
    line_.pop_front();
    ++popped;
    trim();
  }
  return popped;
}

std::size_t AuthorizationQueue::size() const {
  return line_.size() - gaps_ + later_.size();
}

std::size_t AuthorizationQueue::ready(MonotonicTime now) const {
  return line_.size() - gaps_ + due(0, now);
}

std::optional<MonotonicTime> AuthorizationQueue::next_due() const {
  if (later_.empty()) return std::nullopt;
  return later_.front().not_before;
}

std::optional<Timestamp> AuthorizationQueue::oldest_received() const {
  if (line_.empty()) return std::nullopt;
  return line_.front().received_at;
}

std::size_t AuthorizationQueue::due(std::size_t root, MonotonicTime now) const {
  // What lies under an entry of a heap is not earlier than the entry itself.
  if (root >= later_.size() || later_[root].not_before > now) return 0;
  return 1 + due(2 * root + 1, now) + due(2 * root + 2, now);
}

void AuthorizationQueue::trim() {
  while (!line_.empty() && is_gap(line_.front())) {
    line_.pop_front();
    --gaps_;
  }
  while (!line_.empty() && is_gap(line_.back())) {
    line_.pop_back();
    --gaps_;
  }
}

}  // namespace spillway
