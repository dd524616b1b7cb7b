// Gives the permits of one relay centre's limiter at a node to the first systems that want them
// (engine/sharing/allotment): max-min fair, settlements first.
//
// Does: want of the limiter what all systems want together; measure what the line gets done; where
// the line borrows its rate, keep it at the sum of what systems lend it.
// Must not: hold permits back: what nobody wants any more goes back at once.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "actors/base/actor_base.hpp"
#include "actors/cluster/node_parts.hpp"
#include "engine/sharing/allotment.hpp"
#include "engine/sharing/sharing.hpp"

namespace spillway::actors {

class AllotmentDesk : public Actor<AllotmentDeskActor> {
 public:
  AllotmentDesk(caf::actor_config& config, NodeLine& line) : Actor(config), line_(line) {}

  behavior_type make_behavior() override;

 private:
  void want(PermitUse use);
  void give(const Permits& permits);
  void lent(SystemId system, std::optional<RateLent> rate);
  void in_force();

  NodeLine& line_;
  Allotment allotment_;
  DrainRate drain_;
  std::map<SystemId, PermitOffer> links_;
  std::map<SystemId, RateLent> lent_;
  std::deque<std::map<SystemId, RateLent>> told_;  // not in force at the line yet
  bool draining_ = false;
};

}  // namespace spillway::actors
