// CAF's actor system as we run it (docs/decisions/0003-caf.md has the measurements).
#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include "actors/cluster/cluster_network.hpp"

namespace spillway::actors {

class ActorThreads : public caf::actor_system_config {
 public:
  // `cluster`: with CAF's network, for a first system that takes nodes and for a node.
  explicit ActorThreads(const ClusterSettings* cluster = nullptr) {
    // Work stealing collapses with many runnable actors and burns a third of a core when idle.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{1});
    set("scheduler.max-throughput", std::size_t{300});
    if (cluster != nullptr) load_cluster_network(*this, *cluster);
  }
};

}  // namespace spillway::actors
