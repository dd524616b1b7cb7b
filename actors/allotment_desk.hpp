// Gives the permits of one relay centre's limiter at a node to the first systems that want them
// (engine/allotment): max-min fair, settlements first.
//
// Does: want of the limiter what all systems want together; measure what the line gets done.
// Must not: hold permits back: what nobody wants any more goes back at once.
#pragma once

#include <map>

#include "actors/actor_base.hpp"
#include "actors/node_parts.hpp"
#include "engine/allotment.hpp"
#include "engine/sharing.hpp"

namespace spillway::actors {

class AllotmentDesk : public Actor<AllotmentDeskActor> {
 public:
  AllotmentDesk(caf::actor_config& config, NodeLine& line) : Actor(config), line_(line) {}

  behavior_type make_behavior() override;

 private:
  void want(PermitUse use);
  void give(const Permits& permits);

  NodeLine& line_;
  Allotment allotment_;
  DrainRate drain_;
  std::map<SystemId, PermitOffer> links_;
  bool draining_ = false;
};

}  // namespace spillway::actors
