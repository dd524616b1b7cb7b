#include "actors/allotment_desk.hpp"

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
        want(PermitUse::settlement);
        want(PermitUse::authorization);
      },
      [this](const Permits& permits) { give(permits); },
      [this](DrainNode) {
        draining_ = true;
        want(PermitUse::authorization);
      },
  };
}

void AllotmentDesk::want(PermitUse use) {
  const bool none = draining_ && use == PermitUse::authorization;
  const std::size_t count = none ? 0 : allotment_.wanted(static_cast<std::size_t>(use));
  send(line_.peers.limiter, WantPermits{line_.settings.id, use, count});
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
