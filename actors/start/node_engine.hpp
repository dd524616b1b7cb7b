// The actors of a node, put together. Like OrderEngine it knows of the world only what it is given,
// so that the simulation runs the same composition.
#pragma once

#include <future>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/cluster/node_parts.hpp"
#include "actors/relay/line_ears.hpp"

namespace spillway::actors {

class NodeEngine {
 public:
  // Fills the actors into `parts`, which outlives them, and joins.
  NodeEngine(caf::actor_system& system, NodeParts& parts, const std::vector<Address>& join);

  // The actors must have ended: call `stop`, and wait for the actor system to see them gone.
  ~NodeEngine();

  NodeEngine(const NodeEngine&) = delete;
  NodeEngine& operator=(const NodeEngine&) = delete;

  // No new work from here on. One future a line, ready once nothing that was sent by it waits for
  // its answer any more.
  std::vector<std::future<void>> hold();

  // Ready once the systems that are joined have acknowledged all that they were told.
  std::future<void> finish_telling();

  // Stops the wires and tells the actors to end.
  void stop();

 private:
  NodeParts& parts_;
  std::vector<std::unique_ptr<LineEars>> ears_;
};

}  // namespace spillway::actors
