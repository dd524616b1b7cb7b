#include "engine/order/order_line.hpp"

#include <algorithm>

#include "engine/base/invariants.hpp"

namespace spillway {

namespace {

constexpr ShopId gap{0};
constexpr std::size_t gaps_kept = 64;  // so many are not worth the work

bool is_gap(const WaitingOrder& order) {
  return order.shop == gap;
}

}  // namespace

void OrderLine::push(const WaitingOrder& order) {
  SPILLWAY_CHECK(order.shop != gap, "a waiting order has no shop");
  SPILLWAY_CHECK(line_.empty() || line_.back().number < order.number,
                 "an order was put in line before an older one");
  line_.push_back(order);
}

std::optional<WaitingOrder> OrderLine::take(OrderNumber number) {
  const std::size_t place = place_of(number);
  if (place == line_.size()) return std::nullopt;
  const WaitingOrder order = line_[place];
  line_[place].shop = gap;
  ++gaps_;
  trim();
  return order;
}

WaitingOrder OrderLine::pop() {
  const WaitingOrder order = line_.front();
  line_.pop_front();
  trim();
  return order;
}

std::size_t OrderLine::place_of(OrderNumber number) const {
  const auto found =
      std::lower_bound(line_.begin(), line_.end(), number,
                       [](const WaitingOrder& order, OrderNumber n) { return order.number < n; });
  if (found == line_.end() || found->number != number || is_gap(*found)) return line_.size();
  return static_cast<std::size_t>(found - line_.begin());
}

void OrderLine::trim() {
  while (!line_.empty() && is_gap(line_.front())) {
    line_.pop_front();
    --gaps_;
  }
  while (!line_.empty() && is_gap(line_.back())) {
    line_.pop_back();
    --gaps_;
  }
  // One that waits long at the front must not keep the room of all that left behind it.
  if (gaps_ > gaps_kept && gaps_ > line_.size() / 2) gaps_ -= std::erase_if(line_, is_gap);
}

}  // namespace spillway
