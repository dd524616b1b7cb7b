// CAF's network, for first systems and their nodes: the one place that knows how its connections
// are made. Heartbeats of its own drop a connection that has gone dead, so that a new one is made;
// that a node is lost its link notices itself.
#pragma once

#include <cstdint>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/cluster/node_parts.hpp"
#include "actors/configuration/configuration.hpp"

namespace spillway::actors {

// To be called before there is an actor system of that configuration.
void load_cluster_network(caf::actor_system_config& config, const ClusterSettings& cluster);

// Lets nodes knock at `port`, under the address of `cluster.listen`. Gives the port's number.
Result<std::uint16_t> open_node_port(caf::actor_system& system, const ClusterSettings& cluster,
                                     const NodePortActor& port);

// Finds ports of first systems over the network.
class NetworkPorts : public PortFinder {
 public:
  NetworkPorts(caf::actor_system& system, const ClusterSettings& cluster)
      : system_(system), cluster_(cluster) {}

  void find(const Address& address, SystemLinkActor who) override;

 private:
  caf::actor_system& system_;
  const ClusterSettings& cluster_;
};

}  // namespace spillway::actors
