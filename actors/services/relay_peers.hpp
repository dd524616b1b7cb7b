// The actors of each relay centre, and how others find them. What records, requests and other
// machines name may be a relay centre that the configuration no longer has: whoever has its number
// from there asks `find`, and says what happens when there is none.
#pragma once

#include <array>
#include <map>

#include "actors/messages/interfaces.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "engine/base/invariants.hpp"

namespace spillway::actors {

struct RelayPeers {
  AuthorizationQueueActor queue;
  RateLimiterActor limiter;
  RelayLineActor line;
  InDoubtDeskActor desk;
  std::array<PermitTaker, permit_uses> takers;  // by PermitUse: whom the limiter serves
  SharingDeskActor nodes;                       // none in a system that no node can join
  RateLenderActor lender;  // none where the machine's own line has the rate for itself
  RateKeeper rate_keeper;  // of the line: gives it its part of a contract's rate; none: it has all
};

class RelayDirectory {
 public:
  // For the composition, before any actor looks.
  RelayPeers& add(RelayId relay) { return relays_[relay]; }

  // Null: the configuration names no such relay centre.
  const RelayPeers* find(RelayId relay) const {
    const auto found = relays_.find(relay);
    return found == relays_.end() ? nullptr : &found->second;
  }

  // For a number that comes from the configuration itself. Otherwise it is a bug, which stops the
  // process.
  const RelayPeers& configured(RelayId relay) const {
    const RelayPeers* const found = find(relay);
    SPILLWAY_CHECK(found != nullptr, "a relay centre is not configured");
    return *found;
  }

  auto begin() const { return relays_.begin(); }
  auto end() const { return relays_.end(); }

 private:
  std::map<RelayId, RelayPeers> relays_;
};

}  // namespace spillway::actors
