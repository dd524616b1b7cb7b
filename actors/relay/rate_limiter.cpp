#include "actors/relay/rate_limiter.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "actors/base/log.hpp"
#include "engine/order/limits.hpp"

namespace spillway::actors {

RateLimiter::RateLimiter(caf::actor_config& config, const RelayPeers& peers,
                         const RelaySettings& settings, RelayMetrics& metrics)
    : Actor(config),
      peers_(peers),
      settings_(settings),
      metrics_(metrics),
      adaptive_(settings.pacing.per_second, settings.answer_time_max, monotonic()),
      // What was sent just before the process began anew counts too.
      pacer_(settings.pacing.per_second, monotonic(), false),
      waits_for_rate_(peers.rate_keeper != nullptr) {
  show_pace(settings.pacing.per_second);
  show();
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
        adaptive_.observe(message.signs);
        give();
      },
      [this](const ChangePacing& message) {
        waits_for_rate_ = peers_.rate_keeper && message.pacing.per_second == 0;
        show_pace(message.pacing.per_second);
        if (waits_for_rate_) return show();
        adaptive_.configure(message.pacing.per_second);
        pacer_.set_rate(adaptive_.per_second(), monotonic());
        show();
        give();
      },
      [this](const HoldPermits& message) {
        held_ = true;
        all_back_ = message.all_back;
        give();
      },
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
  if (held_ || waits_for_rate_ || !line_up_ || out_ >= settings_.line_outstanding_max) return 0;
  return settings_.line_outstanding_max - out_;
}

void RateLimiter::learn(MonotonicTime now) {
  const double before = adaptive_.per_second();
  adaptive_.keep_above(static_cast<double>(metrics_.authorization.length.value()) /
                       std::chrono::duration<double>(settings_.backlog_time_max).count());
  const auto trouble = adaptive_.adapt(now);
  if (trouble) {
    metrics_.rate_decreases[static_cast<std::size_t>(*trouble)].add();
    log(LogLevel::info, "rate_lowered",
        {{"relay", settings_.name},
         {"reason", to_text(*trouble)},
         {"per_second", fmt::format("{:.3g}", adaptive_.per_second())}});
  }
  if (adaptive_.per_second() == before) return;
  pacer_.set_rate(adaptive_.per_second(), now);
  show();
}

void RateLimiter::show_pace(double per_second) {
  metrics_.pace_millihertz.set(static_cast<std::int64_t>(per_second * 1e3));
}

void RateLimiter::show() {
  metrics_.rate_waited_for.set(waits_for_rate_ ? 1 : 0);
  metrics_.rate_millihertz.set(static_cast<std::int64_t>(adaptive_.per_second() * 1e3));
}

void RateLimiter::give() {
  const MonotonicTime now = monotonic();
  learn(now);
  give_permits(now);
  metrics_.permits_out.set(static_cast<std::int64_t>(out_));
}

void RateLimiter::give_permits(MonotonicTime now) {
  if (all_back_ && out_ == 0) std::exchange(all_back_, nullptr)->set_value();
  for (const PermitUse use : {PermitUse::settlement, PermitUse::authorization}) {
    std::size_t& wanted = wanted_[static_cast<std::size_t>(use)];
    const std::size_t most = std::min({wanted, room(), limits::authorization_batch});
    if (most == 0) continue;
    const std::size_t count = pacer_.permits(most, now);
    if (count > 0) {
      wanted -= count;
      out_ += count;
      adaptive_.sent(count);
      send(peers_.takers.at(static_cast<std::size_t>(use)),
           Permits{settings_.id, use, count, Way{this, peers_.line}});
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
