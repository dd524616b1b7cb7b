#include "engine/order/priority_line.hpp"

#include <algorithm>
#include <functional>

namespace spillway {

namespace {

constexpr std::size_t left_over_kept = 64;  // so many are not worth the work

}  // namespace

void PriorityLine::push(const WaitingOrder& order) {
  line_.push(order);
  turns_.push_back(turn_of(order));
  std::ranges::push_heap(turns_, std::greater());
}

std::optional<WaitingOrder> PriorityLine::take(OrderNumber number) {
  const auto order = line_.take(number);
  if (order) trim();
  return order;
}

WaitingOrder PriorityLine::pop() {
  const auto order = line_.take(turns_.front().number);
  drop_front();
  trim();
  return *order;
}

void PriorityLine::drop_front() {
  std::ranges::pop_heap(turns_, std::greater());
  turns_.pop_back();
}

void PriorityLine::trim() {
  const auto is_left_over = [this](const Turn& turn) { return !line_.has(turn.number); };
  while (!turns_.empty() && is_left_over(turns_.front())) drop_front();
  if (turns_.size() <= left_over_kept || turns_.size() / 2 <= line_.size()) return;
  std::erase_if(turns_, is_left_over);
  std::ranges::make_heap(turns_, std::greater());
}

}  // namespace spillway
