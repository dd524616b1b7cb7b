#include "actors/cluster/rate_lender.hpp"

#include <vector>

#include <fmt/format.h>

#include "actors/base/log.hpp"
#include "engine/pacing/limits.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors {

namespace {

constexpr auto measured_for = std::chrono::seconds(1);

// Where no rate is set, the most that can be set is lent.
double rate_of(const Pacing& pacing) {
  return pacing.per_second > 0 ? pacing.per_second : limits::pace_max;
}

}  // namespace

RateLender::RateLender(caf::actor_config& config, const RelayPeers& peers,
                       const RelaySettings& settings, const RelayMetrics& metrics)
    : Actor(config),
      peers_(peers),
      settings_(settings),
      metrics_(metrics),
      sharing_(settings.sharing),
      // A node that an earlier life lent to sends until its lease is over, and the second after
      // that may have seen it.
      lent_(rate_of(settings.pacing), monotonic() + limits::node_lease + std::chrono::seconds(1)),
      measured_at_(monotonic()) {}

auto RateLender::make_behavior() -> behavior_type {
  send(this, Tick{});
  tick_under_way_ = true;
  return {
      [this](const ChangePacing& message) {
        lent_.set_rate(rate_of(message.pacing));
        choose();
        look();
      },
      [this](const ChangeSharing& message) {
        sharing_ = message.sharing;
        choose();
        look();
      },
      [this](const RateInForce& message) {
        lent_.goes_by(LentRate::own, message.per_second, monotonic());
      },
      [this](const NodeHolds& message) { holds(message); },
      [this](const NodeHoldsNothing& message) { gone(message.epoch); },
      [this](Tick) {
        tick_under_way_ = false;
        look();
      },
  };
}

void RateLender::holds(const NodeHolds& message) {
  Node& node = nodes_[message.epoch];
  const bool other = !node.holds.link || node.holds.can_send != message.can_send;
  node.holds = message;
  node.use.requests = message.requests;
  lent_.goes_by(message.epoch, static_cast<double>(message.per_second), monotonic());
  if (other) choose();
  look();
}

void RateLender::gone(std::uint64_t epoch) {
  if (nodes_.erase(epoch) == 0) return;
  lent_.gone(epoch, monotonic());
  choose();
  look();
}

void RateLender::look() {
  const MonotonicTime now = monotonic();
  if (now - measured_at_ >= measured_for) {
    measure(now);
    choose();
  }
  tell(now);
  if (tick_under_way_ || (nodes_.empty() && lent_.settled())) return;
  tick_under_way_ = true;
  send_self_at(now + limits::node_heartbeat, Tick{});
}

void RateLender::measure(MonotonicTime now) {
  own_use_.requests = 0;
  for (const Counter& requests : metrics_.requests) own_use_.requests += requests.value();
  const double seconds = std::chrono::duration<double>(now - measured_at_).count();
  const auto measured = [seconds](Use& use) {
    use.per_second = static_cast<double>(use.requests - use.counted) / seconds;
    use.counted = use.requests;
  };
  measured(own_use_);
  for (auto& [epoch, node] : nodes_) measured(node.use);
  measured_at_ = now;
}

void RateLender::choose() {
  std::vector<LentRate::Need> needs;
  const bool own = metrics_.line_up.value() == 1 && sharing_.mode != SharingMode::remote;
  if (own) needs.push_back({LentRate::own, own_use_.per_second, false});
  for (const auto& [epoch, node] : nodes_)
    if (node.holds.can_send || node.holds.outstanding > 0)
      needs.push_back({epoch, node.use.per_second, !node.holds.can_send});
  if (needs.empty()) needs.push_back({LentRate::own, own_use_.per_second, false});
  lent_.choose(needs, metrics_.authorization.length.value() > 0);
}

void RateLender::tell(MonotonicTime now) {
  for (const LentRate::Part& part : lent_.changes(now)) {
    if (part.holder == LentRate::own) {
      ChangePacing change;
      change.pacing.per_second = part.per_second;
      send(peers_.line, change);
      send(peers_.limiter, change);
      continue;
    }
    log(LogLevel::info, "rate_lent",
        {{"relay", settings_.name},
         {"epoch", part.holder},
         {"per_second", fmt::format("{:.6g}", part.per_second)}});
    send(nodes_.at(part.holder).holds.link, LendRate{settings_.id, part.per_second});
  }
}

}  // namespace spillway::actors
