// Somebody who knocks at a first system's port, never proves a name, and tells of orders that
// nobody lent him: that all were approved.
#pragma once

#include <caf/event_based_actor.hpp>

#include "actors/cluster/node_peer.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class Stranger : public caf::event_based_actor {
 public:
  Stranger(caf::actor_config& config, World& world, caf::strong_actor_ptr port)
      : caf::event_based_actor(config), world_(world), peer_(std::move(port)) {}

  caf::behavior make_behavior() override {
    peer_.say(this, 0,
              actors::node::Hello{
                  "stranger", 1, "nonce", std::string(32, 'k'), {}, {{"east"}, {"west"}}});
    return {[this](const actors::NodeFrame&) {
      peer_.moves_to(caf::actor_cast<caf::strong_actor_ptr>(current_sender()));
      peer_.say(this, 0, all_approved());
    }};
  }

 private:
  actors::node::Message all_approved() {
    actors::node::Results results;
    results.number = 1;
    results.line = static_cast<std::uint16_t>(world_.pick(2));
    for (std::uint64_t order = 1; order <= 200; ++order)
      results.answered.push_back({OrderNumber{order}, {Attempt{1}, {"00"}, "A66666"}});
    return results;
  }

  World& world_;
  actors::NodePeer peer_;
};

}  // namespace spillway::simulation
