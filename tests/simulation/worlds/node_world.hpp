// A node of the simulation: the real actors, on lines of the simulated relay centres. It is killed
// and started again, and freezes and thaws.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/start/node_engine.hpp"
#include "tests/simulation/paces.hpp"
#include "tests/simulation/worlds/cable.hpp"
#include "tests/simulation/worlds/relay_world.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class NodeWorld : public actors::PortFinder {
 public:
  // `connect`: a cable to the system of that number, or nothing.
  using Connect = std::function<Cable*(std::size_t system, NodeWorld& node)>;

  NodeWorld(World& world, std::string name, const actors::Configuration& configuration,
            std::map<RelayId, std::unique_ptr<RelayWorld>>& relays, std::size_t systems,
            Connect connect);
  ~NodeWorld() override;

  const std::string& name() const { return name_; }
  void start();
  // The caller has cut its cables.
  void kill();
  bool runs() const { return life_ != nullptr; }

  // Nothing of it runs until then; its clock does.
  void freeze(Duration how_long) { frozen_until_ = world_.now() + how_long; }
  bool frozen() const { return world_.now() < frozen_until_; }
  MonotonicTime thaws_at() const { return frozen_until_; }

  caf::actor_system& system();  // while it runs
  caf::scheduler::test_coordinator* scheduler();
  std::int64_t outstanding() const;
  void check_paces() const;

  void find(const actors::Address& address, actors::SystemLinkActor who) override;

 private:
  struct Life;

  World& world_;
  const std::string name_;
  const actors::Configuration& configuration_;
  std::map<RelayId, std::unique_ptr<RelayWorld>>& relays_;
  const std::size_t systems_;
  const Connect connect_;
  std::unique_ptr<Life> life_;
  std::uint64_t lives_ = 0;
  MonotonicTime frozen_until_{};
};

}  // namespace spillway::simulation
