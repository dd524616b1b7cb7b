#include "actors/rate_limiter.hpp"

#include <algorithm>

namespace spillway::actors {

RateLimiter::RateLimiter(caf::actor_config& config, const Peers& peers,
                         const RelaySettings& settings)
    : Actor(config), peers_(peers), settings_(settings), pacer_(settings.pacing, monotonic()) {
  // What was sent just before the process began anew counts too: the pace begins without credit.
  if (settings.pacing.kind == PacingKind::paced) pacer_.permits(1, monotonic());
}

auto RateLimiter::make_behavior() -> behavior_type {
  return {
      [this](const WantPermits& message) {
        wanted_[static_cast<std::size_t>(message.use)] = message.count;
        give();
      },
      [this](const PermitsReturned& message) {
        pacer_.give_back(message.count);
        out_ -= message.count;
        give();
      },
      [this](const PermitsDone& message) {
        out_ -= message.count;
        give();
      },
      [this](HoldPermits) { held_ = true; },
      [this](LineIsUp) {
        line_up_ = true;
        give();
      },
      [this](const LineIsDown&) { line_up_ = false; },
      [this](Tick) {
        tick_under_way_ = false;
        give();
      },
  };
}

std::size_t RateLimiter::room() const {
  if (held_ || !line_up_ || out_ >= settings_.line_outstanding_max) return 0;
  return settings_.line_outstanding_max - out_;
}

void RateLimiter::give() {
  const MonotonicTime now = monotonic();
  for (const PermitUse use : {PermitUse::settlement, PermitUse::authorization}) {
    std::size_t& wanted = wanted_[static_cast<std::size_t>(use)];
    const std::size_t most = std::min({wanted, room(), limits::authorization_batch});
    if (most == 0) continue;
    const std::size_t count = pacer_.permits(most, now);
    if (count > 0) {
      wanted -= count;
      out_ += count;
      const RelayPeers& relay = peers_.relays.at(settings_.id);
      if (use == PermitUse::settlement)
        send(relay.desk, Permits{count});
      else
        send(relay.queue, Permits{count});
    }
    if (count == most) continue;
    const auto next = pacer_.next_at(now);
    if (next && !tick_under_way_) {
      tick_under_way_ = true;
      send_self_at(*next, Tick{});
    }
    return;  // the pace is used up
  }
}

}  // namespace spillway::actors
