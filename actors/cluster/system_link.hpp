// The link to one first system, at a node.
//
// Does: find the system's port, join, and join again after every loss, for ever; report how the
// lines are, by which the system knows that the node lives, and the node that it may send: each
// answered heartbeat is a lease for limits::node_lease on the node's own clock, counted from when
// the heartbeat was sent, so that a node that was frozen wakes up without one; pass permits to the
// system and its requests to the lines; keep what became of them until the system has
// acknowledged it, over losses of the link, too.
// Must not: send what comes under an old epoch, or more than was offered.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "actors/base/actor_base.hpp"
#include "actors/cluster/node_parts.hpp"
#include "actors/cluster/node_peer.hpp"
#include "engine/sharing/limits.hpp"
#include "net/tls/link_secret.hpp"

namespace spillway::actors {

class SystemLink : public Actor<SystemLinkActor> {
 public:
  SystemLink(caf::actor_config& config, NodeParts& parts, Address address);

  behavior_type make_behavior() override;

 private:
  enum class State { away, finding, greeting, proved, joined };

  void reached(const PortReached& message);
  void frame(const NodeFrame& frame);
  void handle(const node::Welcome& welcome);
  void handle(const node::Joined& joined);
  void handle(const node::Echo& echo);
  void handle(const node::Want& want);
  void handle(const node::Return& back);
  void handle(const node::CardKeys& keys);
  void handle(const node::Merchants& merchants);
  void handle(node::Requests& requests);
  void handle(const node::Acknowledged& acknowledged);
  void handle(const node::Drain& drain);
  void handle(const node::Undrain& undrain);
  void drain(bool drains);
  void handle(const node::Lend& lend);
  void handle(const node::Refused& refused);
  template <class Unexpected>
  void handle(const Unexpected&);

  void offer(const OfferPermits& message);
  void in_force(const RateInForce& message);
  void keep(NodeResults& results);
  void let_go_if_told();
  void say(const node::Message& message) { peer_.say(this, epoch_, message); }
  void report();
  void look();
  void part(const std::string& reason);
  void leave(const std::string& reason);
  std::optional<std::uint16_t> place_of(RelayId relay) const;
  std::size_t& granted(std::uint16_t line, PermitUse use);

  NodeParts& parts_;
  const Address address_;
  State state_ = State::away;
  NodePeer peer_;
  net::LinkSecret secret_;
  node::Hello hello_;
  SystemId system_;
  std::uint64_t epoch_ = 0;
  MonotonicTime state_since_;
  MonotonicTime echoed_at_;
  Duration rejoin_wait_{};
  std::string told_;  // why it was last left, so that the log says it once
  std::vector<std::array<std::size_t, permit_uses>> granted_;  // by line: offered, not used yet
  std::vector<std::uint64_t> lent_;                            // by line: microhertz, in force
  std::deque<node::Results> kept_;                             // not acknowledged
  std::optional<SystemId> kept_for_;
  std::uint64_t last_result_ = 0;
  std::shared_ptr<void> finishing_;  // who waits for all of that to be acknowledged
};

}  // namespace spillway::actors
