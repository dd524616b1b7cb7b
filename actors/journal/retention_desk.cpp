#include "actors/journal/retention_desk.hpp"

#include <algorithm>

#include "actors/base/log.hpp"
#include "engine/order/limits.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

auto RetentionDesk::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](Tick) { look(); },
      [this](const PersonalErased& message) { erased(message.orders); },
      [this](const ClosedReleased& message) { released(message); },
      [this](const ClosedRemoved& message) { removed(message); },
      [this](const FreedScrubbed& message) { scrubbed(message.all); },
  };
}

void RetentionDesk::look() {
  // They would show what was removed last once more.
  if (services_.views.position() < removed_by_)
    return delayed_send(this, limits::projection_retry, Tick{});
  const RetentionSettings& retention = services_.configuration.retention;
  const Timestamp now = services_.now();
  due_.clear();
  closed_.clear();
  more_closed_ = false;
  handed_over_ = erased_ = removed_ = 0;
  find_places();
  const bool has_room = services_.journal.has_room_for_orders();
  bool contiguous = true;
  services_.views.for_each_order(
      retention.closed_orders ? OrderNumber{1} : first_, [&](const storage::OrderRow& row) {
        const OrderNumber order = row.state.number;
        if (has_room && retention.closed_orders &&
            may_leave(row.state, now - *retention.closed_orders)) {
          more_closed_ = closed_.size() == limits::removal_orders_max;
          if (!more_closed_) closed_.push_back(row);
        }
        if (!retention.personal_data || order < first_) return;
        const bool is_due =
            row.received_at < now - *retention.personal_data && is_closed(row.state);
        if (is_due) due_.push_back(order);
        contiguous = contiguous && is_due;
        if (contiguous) first_ = OrderNumber{order.value + 1};
      });
  next_erasure();
}

void RetentionDesk::next_erasure() {
  const std::size_t count = std::min(limits::erasure_batch, due_.size() - handed_over_);
  if (count == 0) return begin_removal();
  const auto begin = due_.begin() + static_cast<std::ptrdiff_t>(handed_over_);
  handed_over_ += count;
  send(peers_.writer, ErasePersonal{this, {begin, begin + static_cast<std::ptrdiff_t>(count)}});
}

void RetentionDesk::erased(std::size_t count) {
  erased_ += count;
  unscrubbed_ = unscrubbed_ || count > 0;
  services_.metrics.personal_data_erased.add(count);
  if (handed_over_ == due_.size() && erased_ > 0)
    log(LogLevel::info, "personal_data_erased", {{"orders", erased_}});
  next_erasure();
}

void RetentionDesk::end_look() {
  if (unscrubbed_) return send(peers_.writer, ScrubFreed{this});
  delayed_send(this, services_.configuration.retention.look_interval, Tick{});
}

void RetentionDesk::scrubbed(bool all) {
  unscrubbed_ = !all;
  end_look();
}

}  // namespace spillway::actors
