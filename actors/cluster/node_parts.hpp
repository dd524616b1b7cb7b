// What the actors of a node stand on, and how they find one another. Filled in before any of them
// gets its first message; after that only the atomics change.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/services/services.hpp"
#include "engine/sharing/limits.hpp"
#include "net/tls/cluster_identity.hpp"
#include "storage/cards/lent_cards.hpp"

namespace spillway::actors {

// The line to one relay centre, with what the first systems are told of it.
struct NodeLine {
  const RelaySettings& settings;
  RelayMetrics& metrics;
  net::RelayPort& port;
  RelayPeers peers{};
  AllotmentDeskActor allotment{};
  std::atomic<std::uint64_t> drained_per_second{0};  // measured; 0: not known

  bool can_send() const;
  // 0 while it cannot send or has no part of its contract's rate.
  std::uint64_t per_second() const;
};

// For each first system how long requests of it may be put on the wire, in nanoseconds of the
// monotonic clock, and who takes what became of them.
class SystemTable {
 public:
  void extend(SystemId system, MonotonicTime until);
  void end(SystemId system) { extend(system, {}); }
  bool holds(SystemId system, MonotonicTime now) const;

  // Once a system, before its first request.
  void name(SystemId system, SystemLinkActor link);
  SystemLinkActor link_of(SystemId system) const;

 private:
  std::array<std::atomic<std::int64_t>, limits::node_systems_max> until_{};
  mutable std::mutex mutex_;
  std::array<SystemLinkActor, limits::node_systems_max> links_;
};

// How a node reaches the ports of first systems; real or simulated. Answers with PortReached.
class PortFinder {
 public:
  virtual ~PortFinder() = default;
  virtual void find(const Address& address, SystemLinkActor who) = 0;
};

struct NodeParts {
  std::string name;
  std::uint64_t incarnation = 0;                   // of this process, random
  const net::ClusterIdentity* identity = nullptr;  // none: loopback only
  PortFinder& ports;
  storage::LentCards& cards;
  std::function<Timestamp()> now;
  std::deque<NodeLine> lines{};  // their places are their numbers in the protocol
  SystemTable systems{};
  std::vector<SystemLinkActor> links{};
  std::atomic<bool> draining{false};
};

}  // namespace spillway::actors
