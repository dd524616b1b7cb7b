#include "actors/cluster/allotment_desk.hpp"

namespace spillway::actors {

auto AllotmentDesk::make_behavior() -> behavior_type {
  return {
      [this](const SystemWants& message) {
        links_[message.system] = message.link;
        allotment_.want(message.system, static_cast<std::size_t>(message.use), message.count);
        want(message.use);
      },
      [this](const SystemLeft& message) {
        links_.erase(message.system);
        allotment_.leave(message.system);
        if (lent_.contains(message.system)) lent(message.system, std::nullopt);
        want(PermitUse::settlement);
        want(PermitUse::authorization);
      },
      [this](const RateLent& message) { lent(message.system, message); },
      [this](const RateInForce&) { in_force(); },
      [this](const Permits& permits) { give(permits); },
      [this](const DrainNode& message) {
        draining_ = message.drains;
        want(PermitUse::authorization);
      },
  };
}

void AllotmentDesk::want(PermitUse use) {
  const bool none = draining_ && use == PermitUse::authorization;
  const std::size_t count = none ? 0 : allotment_.wanted(static_cast<std::size_t>(use));
  send(line_.peers.limiter, WantPermits{line_.settings.id, use, count});
}

void AllotmentDesk::lent(SystemId system, std::optional<RateLent> rate) {
  if (rate)
    lent_[system] = *rate;
  else
    lent_.erase(system);
  ChangePacing change;
  for (const auto& [id, each] : lent_) change.pacing.per_second += each.per_second;
  told_.push_back(lent_);
  send(line_.peers.line, change);
  send(line_.peers.limiter, change);
}

// Changes come into force in the order in which the line was told.
void AllotmentDesk::in_force() {
  SPILLWAY_CHECK(!told_.empty(), "a rate is in force that nobody lent");
  for (const auto& [system, rate] : told_.front())
    send(rate.link, RateInForce{line_.settings.id, rate.per_second});
  told_.pop_front();
}

void AllotmentDesk::give(const Permits& permits) {
  const auto use = static_cast<std::size_t>(permits.use);
  std::size_t left = permits.count;
  if (!(draining_ && permits.use == PermitUse::authorization)) {
    for (const Allotment::Part& part : allotment_.split(use, permits.count)) {
      left -= part.count;
      send(links_.at(part.system), OfferPermits{line_.settings.id, permits.use, part.count});
    }
  }
  if (left > 0) send(permits.way.back, PermitsReturned{line_.settings.id, permits.use, left});
  if (permits.use != PermitUse::authorization) return;
  drain_.left(permits.count - left, allotment_.wanted(use) > 0, monotonic());
  line_.drained_per_second.store(static_cast<std::uint64_t>(drain_.per_second()),
                                 std::memory_order_relaxed);
}

}  // namespace spillway::actors
