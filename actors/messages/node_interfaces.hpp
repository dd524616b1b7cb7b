// Every actor that shares work with nodes, a sentence a message.
#pragma once

#include <caf/typed_actor.hpp>

#include "actors/messages/local_messages.hpp"
#include "actors/messages/nodes.hpp"

namespace spillway::actors {

// ---- At a first system ----

// Where nodes knock, and who knows which are there.
using NodePortActor = caf::typed_actor<caf::reacts_to<NodeFrame>,      // somebody knocks
                                       caf::reacts_to<NodeProved>,     // may this one join?
                                       caf::reacts_to<NodeSeen>,       // how a node is
                                       caf::reacts_to<NodeGone>,       // a link has ended
                                       caf::reacts_to<HoldNodes>,      // the system stops
                                       caf::reacts_to<HandleControl>,  // an operator asks
                                       caf::reacts_to<Tick>>;  // measure the flow (to itself)

// The link to one node: its lines are at the other end.
using NodeLinkActor =
    caf::typed_actor<caf::reacts_to<NodeFrame>,        // the node says something
                     caf::reacts_to<NodeAdmission>,    // it may join, or not
                     caf::reacts_to<WantPermits>,      // so many are wanted of it now
                     caf::reacts_to<SendRequests>,     // each holds one of its permits
                     caf::reacts_to<PermitsReturned>,  // these led to no request
                     caf::reacts_to<LendRate>,         // its part of a contract's rate
                     caf::reacts_to<DrainNode>,        // it shall get no new work, or again
                     caf::reacts_to<HoldNodes>,        // the system stops
                     caf::reacts_to<Tick>>;            // is it still there? (to itself)

// Spreads what one relay centre's queue and desk want of nodes over the nodes that have a line to
// it.
using SharingDeskActor = caf::typed_actor<caf::reacts_to<WantPermits>,  // so many are wanted now
                                          caf::reacts_to<NodeBears>>;   // a node gets so much done

// Lends one contract's rate in parts to this machine's line and to the nodes'.
using RateLenderActor =
    caf::typed_actor<caf::reacts_to<ChangePacing>,      // the contract allows this from now on
                     caf::reacts_to<ChangeSharing>,     // so much by nodes from now on
                     caf::reacts_to<RateInForce>,       // this machine's line goes by its part
                     caf::reacts_to<NodeHolds>,         // how a node's line is doing
                     caf::reacts_to<NodeHoldsNothing>,  // it surely sends nothing more
                     caf::reacts_to<Tick>>;             // parts may move (to itself)

// ---- At a node ----

// Gives the permits of one relay centre's limiter to the systems that are joined.
using AllotmentDeskActor =
    caf::typed_actor<caf::reacts_to<SystemWants>,  // a system wants permits
                     caf::reacts_to<SystemLeft>,   // it wants nothing any more
                     caf::reacts_to<RateLent>,     // the line may send so much for it
                     caf::reacts_to<RateInForce>,  // the line goes by what was lent
                     caf::reacts_to<Permits>,      // there are some
                     caf::reacts_to<DrainNode>>;   // give no more, or again

// The link to one first system.
using SystemLinkActor =
    caf::typed_actor<caf::reacts_to<NodeFrame>,      // the system says something
                     caf::reacts_to<PortReached>,    // its port answers, or does not
                     caf::reacts_to<OfferPermits>,   // permits for it
                     caf::reacts_to<RateInForce>,    // a line goes by what it lent
                     caf::reacts_to<NodeResults>,    // what became of its requests
                     caf::reacts_to<DrainNode>,      // tell it whether new work is taken
                     caf::reacts_to<FinishTelling>,  // the node stops
                     caf::reacts_to<Tick>>;          // look after the link (to itself)

}  // namespace spillway::actors
