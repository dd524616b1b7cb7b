#include "actors/relay/authorization_queue_actor.hpp"

#include "actors/base/log.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {

AuthorizationQueueHost::AuthorizationQueueHost(caf::actor_config& config, const Services& services,
                                               Peers& peers, const RelaySettings& settings)
    : Actor(config),
      services_(services),
      peers_(peers),
      relay_(settings.id),
      name_(settings.name),
      line_metrics_(services.metrics.relay(settings.id)),
      metrics_(services.metrics.relay(settings.id).authorization),
      outlook_(services.metrics.relay(settings.id).outlook),
      gate_(settings.pacing, settings.paused),
      sharing_(settings.sharing) {}

auto AuthorizationQueueHost::make_behavior() -> behavior_type {
  return {
      [this](const Enqueue& message) { take_in(message); },
      [this](const EnqueueLater& message) { take_in_later(message); },
      [this](const IssuersAnswered& message) { learn(message); },
      [this](const Withdraw& message) { withdraw(message); },
      [this](const Permits& message) { use(message); },
      [this](const ChangePacing& message) { change(message); },
      [this](const ChangeSharing& message) {
        sharing_ = message.sharing;
        drained_ = {};
        ask();
      },
      [this](const ChangePause& message) {
        gate_.hold(message.paused);
        drained_ = {};
        ask();
      },
      [this](const NodesBear& message) {
        if ((nodes_per_second_ > 0) != (message.per_second > 0)) drained_ = {};
        nodes_per_second_ = message.per_second;
        asked_away_ = 0;  // told again: who did not keep up with its part may be another's turn
        ask();
      },
      [this](LineIsUp) { ask(); },
      [this](LineIsDown) { ask(); },
      [this](Tick) {
        if (!tick_at_ || monotonic() < *tick_at_) return;  // one was due earlier, or still is
        tick_at_.reset();
        ask();
      },
  };
}

void AuthorizationQueueHost::take_in(const Enqueue& message) {
  for (WaitingOrder order : message.orders) {
    newest_ = order.number;
    metrics_.in.add();
    if (withdrawn_early_.erase(order.number) > 0) {
      order.give_place_back();
      left(1);
    } else {
      queue_.push(order);
    }
  }
  ask();
  show();
}

void AuthorizationQueueHost::take_in_later(const EnqueueLater& message) {
  const MonotonicTime now = monotonic();
  if (message.issuer_is_away)
    queue_.came_back(message.order, now + message.delay, now);
  else
    queue_.push_later(message.order, now + message.delay);
  peers_.waiting.fetch_add(1, std::memory_order_relaxed);
  metrics_.in.add();
  ask();
  show();
}

void AuthorizationQueueHost::learn(const IssuersAnswered& message) {
  for (const IssuerAnswer& each : message.answers)
    queue_.answered(each.issuer, each.attempt, monotonic());
  ask();
  show();
}

void AuthorizationQueueHost::withdraw(const Withdraw& message) {
  if (queue_.withdraw(message.order)) left(1);
  // A new order comes from the reception, and the shop's cancel may be here before it. One that
  // comes again comes from its shard, as this does.
  else if (message.attempt.value == 0 && message.order > newest_)
    withdrawn_early_.insert(message.order);
  send(shard_of(peers_, message.order), Withdrawn{message.order});
  show();
}

void AuthorizationQueueHost::use(const Permits& permits) {
  std::size_t& asked = permits.way.away ? asked_away_ : asked_here_;
  asked -= std::min(asked, permits.count);
  const Instant now = instant();
  const std::size_t may_leave =
      gate_.allowed(queue_.ready(now.monotonic), queue_.oldest_received(), now);
  taken_.clear();
  queue_.pop(std::min(permits.count, may_leave), now.monotonic, taken_);
  gate_.left(taken_.size());
  if (taken_.size() < permits.count)
    send(permits.way.back,
         PermitsReturned{relay_, PermitUse::authorization, permits.count - taken_.size()});
  left(taken_.size());
  left_since_measured_ += taken_.size();
  if (!permits.way.away) drain_.left(taken_.size(), may_leave > taken_.size(), now.monotonic);

  ByShard<WaitingOrder> by_shard;
  for (WaitingOrder& order : taken_) {
    order.give_place_back();
    by_shard.add(order.number, order);
  }
  by_shard.drain(peers_, [&](const OrderShardActor& shard, std::vector<WaitingOrder> orders) {
    send(shard, AuthorizeOrders{relay_, std::move(orders), permits.way});
  });
  ask();
  show();
}

void AuthorizationQueueHost::change(const ChangePacing& message) {
  gate_.change(message.pacing);
  drained_ = {};  // what was measured says nothing about the new pace
  ask();
}

void AuthorizationQueueHost::ask() {
  const Instant now = instant();
  const std::size_t may_leave =
      gate_.allowed(queue_.ready(now.monotonic), queue_.oldest_received(), now);
  const Shares wanted = shares(may_leave);
  want_here(wanted.here);
  want_away(wanted.away);
  if (const auto due = queue_.next_due(now.monotonic); due && *due > now.monotonic)
    look_again_at(*due);
  if (const auto look = gate_.next_look(now)) look_again_at(*look);
  show_outlook(now, may_leave > 0);
}

Shares AuthorizationQueueHost::shares(std::size_t may_leave) const {
  SharingView view;
  view.ready = may_leave;
  if (nodes_per_second_ > 0) {
    const double permitted = static_cast<double>(line_metrics_.rate_millihertz.value()) / 1e3;
    const double measured = drain_.per_second();
    view.line_up = line_metrics_.line_up.value() > 0;
    view.here_per_second =
        permitted > 0 && measured > 0 ? std::min(permitted, measured) : permitted + measured;
    view.nodes_per_second = nodes_per_second_;
  }
  return share(sharing_, view);
}

void AuthorizationQueueHost::want_here(std::size_t count) {
  if ((asked_here_ == 0) == (count == 0)) return;
  asked_here_ = count;
  send(peers_.relays.configured(relay_).limiter,
       WantPermits{relay_, PermitUse::authorization, count});
}

// Nodes are told more often, since what they are asked for grows and shrinks against what they do.
void AuthorizationQueueHost::want_away(std::size_t count) {
  const std::size_t difference = count > asked_away_ ? count - asked_away_ : asked_away_ - count;
  const bool much = difference > std::max<std::size_t>(16, asked_away_ / 8);
  if ((asked_away_ == 0) == (count == 0) && !much) return;
  asked_away_ = count;
  send(peers_.relays.configured(relay_).nodes,
       WantPermits{relay_, PermitUse::authorization, count});
}

void AuthorizationQueueHost::look_again_at(MonotonicTime at) {
  if (tick_at_ && *tick_at_ <= at) return;
  tick_at_ = at;
  send_self_at(at, Tick{});
}

// What leaves is measured whoever takes it. Where nodes take a part, that alone tells how fast;
// else it is no faster than the permits either.
std::chrono::nanoseconds AuthorizationQueueHost::interval() const {
  const auto between = [](double per_second) {
    return std::chrono::nanoseconds(per_second > 0 ? static_cast<std::int64_t>(1e9 / per_second)
                                                   : 0);
  };
  const auto measured = drained_.interval();
  const bool all_away = sharing_.mode == SharingMode::remote;
  const double permitted = static_cast<double>(line_metrics_.rate_millihertz.value()) / 1e3;
  if (nodes_take()) return measured.value_or(between(all_away ? nodes_per_second_ : permitted));
  return std::max(between(permitted), measured.value_or(std::chrono::nanoseconds::zero()));
}

bool AuthorizationQueueHost::nodes_take() const {
  return nodes_per_second_ > 0 && sharing_.mode != SharingMode::local;
}

void AuthorizationQueueHost::show_outlook(const Instant& now, bool more_may_leave) {
  const bool line_takes = line_metrics_.line_up.value() > 0 && sharing_.mode != SharingMode::remote;
  const bool taken = line_takes || nodes_take();
  drained_.left(std::exchange(left_since_measured_, 0), more_may_leave && taken, now.monotonic);
  outlook_.set_taken(taken);
  outlook_.set_interval(interval());
  outlook_.set_gate(gate_.outlook(now));
}

void AuthorizationQueueHost::left(std::size_t count) {
  peers_.waiting.fetch_sub(static_cast<std::int64_t>(count), std::memory_order_relaxed);
  metrics_.out.add(count);
}

void AuthorizationQueueHost::show() {
  metrics_.length.set(static_cast<std::int64_t>(queue_.size()));
  outlook_.set_waiting(queue_.size() - queue_.apart());  // those are ahead of nobody
  metrics_.set_oldest(queue_.oldest_waiting());
  show_issuers();
}

void AuthorizationQueueHost::show_issuers() {
  line_metrics_.issuers_watched.set(static_cast<std::int64_t>(queue_.issuers_watched()));
  const std::size_t away = queue_.issuers_away();
  line_metrics_.issuers_away.set(static_cast<std::int64_t>(away));
  if (told_away_ == (away > 0)) return;
  // One that comes and goes is told of once in a while.
  if (away > 0 && told_away_at_ && monotonic() < *told_away_at_ + limits::issuer_memory) return;
  told_away_ = away > 0;
  if (!told_away_) return log(LogLevel::info, "issuers_back", {{"relay", name_}});
  told_away_at_ = monotonic();
  std::string companies;
  for (const CardCompany company : queue_.companies_away())
    companies += (companies.empty() ? "" : ",") + std::string(to_text(company));
  log(LogLevel::warning, "issuer_away",
      {{"relay", name_}, {"companies", companies}, {"waiting", queue_.size()}});
}

}  // namespace spillway::actors
