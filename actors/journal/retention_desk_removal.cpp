// Orders that leave the journal whole.
#include <algorithm>
#include <iterator>

#include "actors/base/log.hpp"
#include "actors/journal/retention_desk.hpp"
#include "engine/telling/limits.hpp"
#include "storage/base/limits.hpp"
#include "storage/registry/webhook_rows.hpp"
#include "storage/views/closed_orders.hpp"

namespace spillway::actors {

using storage::RegistryTable;

void RetentionDesk::find_places() {
  places_.clear();
  if (!services_.configuration.retention.closed_orders) return;
  services_.registry.for_each(
      RegistryTable::webhooks, {}, [&](std::string_view key, std::string_view value) {
        const auto webhook = storage::decode_webhook(value);
        const auto row = services_.registry.read(RegistryTable::deliveries,
                                                 storage::place_key(std::string(key)));
        const auto place = row ? storage::decode_place(*row) : std::nullopt;
        if (!webhook || webhook->gone || !place) return true;
        const auto [found, fresh] = places_.emplace(webhook->shop, *place);
        if (!fresh) found->second = std::min(found->second, *place);
        return true;
      });
}

// A webhook that is stuck for longer than deliveries are tried holds nothing up.
bool RetentionDesk::may_leave(const OrderState& state, Timestamp until) const {
  const Timestamp changed_at = state.history.back().at;
  if (changed_at >= until || !is_closed(state)) return false;
  const auto place = places_.find(state.shop);
  return place == places_.end() || state.last_record <= place->second ||
         changed_at < until - limits::webhook_retry_time_max;
}

void RetentionDesk::begin_removal() {
  leaving_ = storage::gather_closed(services_.journal, closed_);
  closed_ = {};
  asked_for_ = 0;
  next_removal();
}

void RetentionDesk::next_removal() {
  const std::size_t count = std::min(limits::removal_batch, leaving_.size() - asked_for_);
  if (count == 0) {
    leaving_ = {};
    if (removed_ > 0 && more_closed_) return send(this, Tick{});
    return end_look();
  }
  const auto begin = leaving_.begin() + static_cast<std::ptrdiff_t>(asked_for_);
  asked_for_ += count;
  batch_.assign(std::make_move_iterator(begin),
                std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
  ByShard<RestingOrder> resting;
  for (const storage::LeavingOrder& each : batch_)
    resting.add(each.line.order, {each.line.order, each.records.back()});
  released_.clear();
  resting.drain(peers_, [this](const auto& shard, std::vector<RestingOrder> orders) {
    ++answers_missing_;
    send(shard, ReleaseClosed{this, std::move(orders)});
  });
}

void RetentionDesk::released(const ClosedReleased& message) {
  released_.insert(released_.end(), message.orders.begin(), message.orders.end());
  if (--answers_missing_ > 0) return;
  std::ranges::sort(released_);
  std::erase_if(batch_, [this](const storage::LeavingOrder& each) {
    return !std::ranges::binary_search(released_, each.line.order);
  });
  if (batch_.empty()) return next_removal();
  send(peers_.writer, RemoveClosed{this, std::move(batch_)});
  batch_ = {};
}

void RetentionDesk::removed(const ClosedRemoved& message) {
  removed_ += message.orders;
  removed_by_ = message.record;
  unscrubbed_ = true;
  services_.metrics.orders_removed.add(message.orders);
  if (asked_for_ == leaving_.size())
    log(LogLevel::info, "closed_orders_removed", {{"orders", removed_}});
  next_removal();
}

}  // namespace spillway::actors
