// What one relay centre's queue and in-doubt desk want of nodes, spread over the nodes that have a
// line to it (engine/sharing: spread).
//
// Does: ask each node for a part in proportion to what it gets done; tell the queue what they get
// done together, with every report of a node while something is wanted, so that what one node did
// not take is asked of all again.
// Must not: hold orders or permits: nodes' permits go straight to whoever wanted them.
#pragma once

#include <array>
#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class SharingDesk : public Actor<SharingDeskActor> {
 public:
  SharingDesk(caf::actor_config& config, const RelayPeers& peers, RelayId relay)
      : Actor(config), peers_(peers), relay_(relay) {}

  behavior_type make_behavior() override;

 private:
  struct Node {
    PermitSource link;
    double per_second = 0;
    std::array<std::size_t, permit_uses> asked{};  // last, by PermitUse
  };

  void ask(PermitUse use);
  void bears(const NodeBears& message);

  const RelayPeers& peers_;
  const RelayId relay_;
  std::map<std::uint64_t, Node> nodes_;  // by the epochs of their links
  std::array<std::size_t, permit_uses> wanted_{};
};

}  // namespace spillway::actors
