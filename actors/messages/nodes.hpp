// Between the actors that share work with nodes; what crosses the network is a NodeFrame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "actors/messages/authorizing.hpp"
#include "actors/messages/node_frame.hpp"
#include "actors/messages/pacing.hpp"
#include "actors/messages/permits.hpp"
#include "actors/messages/settling.hpp"

namespace spillway::actors {
struct LendRate;
struct NodeAdmission;
struct OfferPermits;
}  // namespace spillway::actors
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::LendRate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::NodeAdmission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::OfferPermits)

namespace spillway::actors {

// ---- At a first system ----

// Whether a node that has proved its name may join, and under which epoch.
struct NodeAdmission {
  std::uint64_t epoch = 0;
  std::string refusal;  // a sentence; empty: it may
};
using AdmittedLink = caf::typed_actor<caf::reacts_to<NodeAdmission>>;

// A node has proved its name and asks to join.
struct NodeProved {
  AdmittedLink link;
  std::string name;
  std::uint64_t incarnation = 0;
};

// What a link knows of its node, for whoever looks.
struct NodeSeen {
  std::uint64_t epoch = 0;
  std::string name;
  bool draining = false;  // it says so; it offers no authorization any more
  struct Line {
    RelayId relay;
    std::string relay_name;
    double per_second = 0;
    std::uint64_t outstanding = 0;  // at the relay centre, of all systems
    std::uint64_t ours = 0;         // of this system, on their way there and back
    std::uint64_t answered = 0;     // of authorizations, since it joined
    double answer_seconds = 0;      // lately, from a request to its answer; 0: not known
  };
  std::vector<Line> lines;
  std::uint64_t permits = 0;  // that it gave this system, not used yet
};
struct NodeGone {
  std::uint64_t epoch = 0;
  std::string name;
  bool drained = false;  // nothing of it was left: nobody misses it
};

// What one node's line to a relay centre gets done; 0: nothing now.
struct NodeBears {
  PermitSource link;
  RelayId relay;
  std::uint64_t epoch = 0;
  double per_second = 0;
};

// The node's line shall send at most so many requests a second; 0: none.
struct LendRate {
  RelayId relay;
  double per_second = 0;
};
using RateBorrower = caf::typed_actor<caf::reacts_to<LendRate>>;

// How a node's line to a relay centre whose rate is lent is doing.
struct NodeHolds {
  RateBorrower link;
  RelayId relay;
  std::uint64_t epoch = 0;
  bool can_send = false;          // it would take new work
  std::uint64_t outstanding = 0;  // of this system
  std::uint64_t requests = 0;     // that this system has handed it, since it joined
  double per_second = 0;          // what was lent to it and is in force
};
// It surely sends nothing more.
struct NodeHoldsNothing {
  RelayId relay;
  std::uint64_t epoch = 0;
};

// Nothing new by nodes: the system stops. Whoever still waits for an answer holds on to `waiting`.
struct HoldNodes {
  std::shared_ptr<void> waiting;
};

// Whether it shall get no new work.
struct DrainNode {
  bool drains = true;  // otherwise it takes new work again
};

// ---- At a node ----

// The port of a first system, or why it was not reached.
struct PortReached {
  caf::strong_actor_ptr port;  // null: it was not
  std::string why;
};

// Permits for one system's link to pass on.
struct OfferPermits {
  RelayId relay;
  PermitUse use{};
  std::size_t count = 0;
};
using PermitOffer = caf::typed_actor<caf::reacts_to<OfferPermits>>;

// A system wants so many permits now; replaces what it wanted before.
struct SystemWants {
  SystemId system;
  PermitOffer link;
  PermitUse use{};
  std::size_t count = 0;
};
struct SystemLeft {
  SystemId system;
};

// A system lends the line so many requests a second; replaces what it lent before.
struct RateLent {
  SystemId system;
  RateKeeper link;  // told when it is in force
  double per_second = 0;
};

// The node stops. Held on to until the system has acknowledged what became of its requests, or is
// away.
struct FinishTelling {
  std::shared_ptr<void> waiting;
};

// What became of one system's requests.
struct NodeResults {
  RelayId relay;
  std::vector<AnsweredOrder> answered;
  std::vector<UnansweredOrder> unanswered;
  std::vector<ReversalReply> reversals;
  std::vector<UnansweredOrder> repeats_unanswered;
};

}  // namespace spillway::actors
