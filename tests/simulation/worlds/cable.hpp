// The network between first systems and nodes: connections that carry frames in their order, break,
// fall silent, and deliver late what they held.
#pragma once

#include <memory>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/messages/node_frame.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

// One connection: two ends, each an actor that stands for the other side and lives on this one's,
// so that whoever watches it is told by its own scheduler. What one side says to its end comes out
// as said by the other end.
class Cable {
 public:
  Cable(World& world, caf::actor_system& connecting, caf::strong_actor_ptr port,
        caf::actor_system& of_port);

  // What whoever connects talks to.
  caf::strong_actor_ptr near_end() const { return near_; }

  // Nothing passes until it is mended; then what was held comes out.
  void fall_silent() { silent_ = true; }
  void mend();
  bool silent() const { return silent_; }
  // For good: both sides notice. A side that is gone lets go of nothing else.
  void cut();
  bool is_cut() const { return cut_; }

 private:
  struct Held {
    bool towards_port = false;
    actors::NodeFrame frame;
  };

  class End;
  void carry(bool towards_port, const caf::strong_actor_ptr& from, actors::NodeFrame frame);
  void pass(Held held);
  void deliver(const Held& held);

  World& world_;
  caf::strong_actor_ptr near_;       // stands for the port's side, beside whoever connected
  caf::strong_actor_ptr far_;        // stands for whoever connected, beside the port
  caf::strong_actor_ptr at_port_;    // who is talked to there: the port, then its link
  caf::strong_actor_ptr connected_;  // who connected
  MonotonicTime last_[2];
  std::vector<Held> held_;
  bool silent_ = false;
  bool cut_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// An actor system on a deterministic scheduler; whoever runs the simulation runs it.
class SteppedActors {
 public:
  SteppedActors();
  caf::actor_system& system() { return system_; }
  caf::scheduler::test_coordinator& scheduler() { return scheduler_; }

 private:
  class Config : public caf::actor_system_config {
   public:
    Config();
  };
  Config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
};

}  // namespace spillway::simulation
