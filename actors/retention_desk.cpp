#include "actors/retention_desk.hpp"

#include <algorithm>

#include "actors/log.hpp"

namespace spillway::actors {

auto RetentionDesk::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](Tick) { look(); },
      [this](const PersonalErased& message) { erased(message.orders); },
  };
}

void RetentionDesk::look() {
  const Timestamp until = services_.now() - *services_.configuration.retention.personal_data;
  due_.clear();
  handed_over_ = erased_ = 0;
  bool contiguous = true;
  services_.views.for_each_order(first_, [&](const storage::OrderRow& row) {
    const bool is_due = row.received_at < until && is_closed(row.state);
    if (is_due) due_.push_back(row.state.number);
    contiguous = contiguous && is_due;
    if (contiguous) first_ = OrderNumber{row.state.number.value + 1};
  });
  next_batch();
}

void RetentionDesk::next_batch() {
  const std::size_t count = std::min(limits::erasure_batch, due_.size() - handed_over_);
  if (count == 0) return delayed_send(this, limits::retention_interval, Tick{});
  const auto begin = due_.begin() + static_cast<std::ptrdiff_t>(handed_over_);
  handed_over_ += count;
  const bool last = handed_over_ == due_.size();
  send(peers_.writer,
       ErasePersonal{this, {begin, begin + static_cast<std::ptrdiff_t>(count)}, last});
}

void RetentionDesk::erased(std::size_t count) {
  erased_ += count;
  services_.metrics.personal_data_erased.add(count);
  if (handed_over_ == due_.size() && erased_ > 0)
    log(LogLevel::info, "personal_data_erased", {{"orders", erased_}});
  next_batch();
}

}  // namespace spillway::actors
