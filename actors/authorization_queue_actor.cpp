#include "actors/authorization_queue_actor.hpp"

namespace spillway::actors {

AuthorizationQueueHost::AuthorizationQueueHost(caf::actor_config& config, const Services& services,
                                               Peers& peers, const RelaySettings& settings)
    : Actor(config),
      services_(services),
      peers_(peers),
      relay_(settings.id),
      metrics_(services.metrics.relay(settings.id).authorization),
      gate_(settings.pacing) {}

auto AuthorizationQueueHost::make_behavior() -> behavior_type {
  return {
      [this](const Enqueue& message) { take_in(message); },
      [this](const EnqueueLater& message) { take_in_later(message); },
      [this](const Withdraw& message) { withdraw(message); },
      [this](const Permits& message) { use(message); },
      [this](const ChangePacing& message) { change(message); },
      [this](Tick) {
        if (!tick_at_ || monotonic() < *tick_at_) return;  // one was due earlier, or still is
        tick_at_.reset();
        ask();
      },
  };
}

void AuthorizationQueueHost::take_in(const Enqueue& message) {
  for (const WaitingOrder& order : message.orders) {
    newest_ = order.number;
    metrics_.in.add();
    if (withdrawn_early_.erase(order.number) > 0)
      left(1);
    else
      queue_.push(order);
  }
  ask();
  show();
}

void AuthorizationQueueHost::take_in_later(const EnqueueLater& message) {
  queue_.push_later(message.order, monotonic() + message.delay);
  peers_.waiting.fetch_add(1, std::memory_order_relaxed);
  metrics_.in.add();
  ask();
  show();
}

void AuthorizationQueueHost::withdraw(const Withdraw& message) {
  if (message.order > newest_)
    withdrawn_early_.insert(message.order);
  else if (queue_.withdraw(message.order))
    left(1);
  send(shard_of(peers_, message.order), Withdrawn{message.order});
  show();
}

void AuthorizationQueueHost::use(const Permits& permits) {
  asked_ -= std::min(asked_, permits.count);
  const Instant now = instant();
  const std::size_t may_leave =
      gate_.allowed(queue_.ready(now.monotonic), queue_.oldest_received(), now);
  taken_.clear();
  queue_.pop(std::min(permits.count, may_leave), now.monotonic, taken_);
  gate_.left(taken_.size());
  if (taken_.size() < permits.count)
    send(peers_.relays.at(relay_).limiter, PermitsReturned{permits.count - taken_.size()});
  left(taken_.size());

  ByShard<WaitingOrder> by_shard;
  for (const WaitingOrder& order : taken_) by_shard.add(order.number, order);
  by_shard.drain(peers_, [this](const OrderShardActor& shard, std::vector<WaitingOrder> orders) {
    send(shard, AuthorizeOrders{relay_, std::move(orders)});
  });
  ask();
  show();
}

void AuthorizationQueueHost::change(const ChangePacing& message) {
  gate_.change(message.pacing);
  ask();
}

void AuthorizationQueueHost::ask() {
  const Instant now = instant();
  const std::size_t may_leave =
      gate_.allowed(queue_.ready(now.monotonic), queue_.oldest_received(), now);
  const bool wants = asked_ == 0 && may_leave > 0;
  const bool wants_no_more = asked_ > 0 && may_leave == 0;
  if (wants || wants_no_more) {
    asked_ = may_leave;
    send(peers_.relays.at(relay_).limiter, WantPermits{PermitUse::authorization, may_leave});
  }
  if (const auto due = queue_.next_due(); due && *due > now.monotonic) look_again_at(*due);
  if (const auto look = gate_.next_look(now)) look_again_at(*look);
}

void AuthorizationQueueHost::look_again_at(MonotonicTime at) {
  if (tick_at_ && *tick_at_ <= at) return;
  tick_at_ = at;
  send_self_at(at, Tick{});
}

void AuthorizationQueueHost::left(std::size_t count) {
  peers_.waiting.fetch_sub(static_cast<std::int64_t>(count), std::memory_order_relaxed);
  metrics_.out.add(count);
}

void AuthorizationQueueHost::show() {
  metrics_.length.set(static_cast<std::int64_t>(queue_.size()));
  metrics_.set_oldest(queue_.oldest_received());
}

}  // namespace spillway::actors
