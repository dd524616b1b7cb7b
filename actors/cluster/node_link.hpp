// The link to one node, at a first system: to queue and shards a source of permits and a line like
// the machine's own, whose other end is elsewhere.
//
// Does: let a node in that has proved its name; pass on what is wanted of it and what it offers;
// send requests with their sealed cards under its permits; note what is outstanding there and tell
// the shards what became of it. A node that is not heard of for limits::node_lost_after is lost:
// what it has not answered is in doubt, as soon as its lease is surely over (limits::node_lease
// from the last heartbeat that it was answered), since from then on it puts nothing on the wire.
// When the system stops it offers nothing more and waits for what is outstanding.
// Must not: open a card, or conclude anything about an order. It ends only when no permit of it is
// out any more, since whoever holds one will send it a request or the permit back.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "actors/base/actor_base.hpp"
#include "actors/cluster/node_line_signs.hpp"
#include "actors/cluster/node_peer.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/relay/shard_line_host.hpp"
#include "actors/services/services.hpp"
#include "engine/sharing/limits.hpp"
#include "net/tls/link_secret.hpp"

namespace spillway::actors {

class NodeLink : public Actor<NodeLinkActor> {
 public:
  // `peer`: who said `hello`, which was decoded from a frame of this protocol's version.
  NodeLink(caf::actor_config& config, const Services& services, const Peers& peers,
           NodePortActor port, NodePeer peer, node::Hello hello);

  behavior_type make_behavior() override;
  // Whoever knocked from within this process holds the link as the link holds him.
  void on_exit() override {
    peer_ = NodePeer();
    held_.reset();
  }

 private:
  enum class State { greeting, proved, joined, lost };

  // One of the node's lines, where it leads to a relay centre of ours.
  struct Line {
    RelayId relay;
    std::unique_ptr<ShardLineHost> host;
    node::LineState state;
    std::uint64_t answered = 0;
    std::uint64_t requests = 0;
    std::size_t outstanding = 0;
    AnswerTime answer_time;
    ToldRate told;
  };
  struct Outstanding {
    std::size_t line = 0;
    net::RelayMessage message{};
    OrderNumber order;
    Attempt attempt;
  };

  // What the node says.
  void frame(const NodeFrame& frame);
  void greet();
  void handle(const node::Proof& proof);
  void handle(const node::Report& report);
  void handle(const node::Offer& offer);
  void handle(const node::Results& results);
  void handle(const node::Refused& refused);
  void admitted(const NodeAdmission& admission);

  // What is said to it.
  void want(const WantPermits& message);
  void send_requests(SendRequests& message);
  void send_batch(std::size_t line, std::vector<LineRequest> requests);
  bool can_take(const LineRequest& request) const;
  void lend_keys(const std::vector<LineRequest>& requests);
  void name_shops(const std::vector<LineRequest>& requests);
  void give_back(const PermitsReturned& message);
  void lend(const LendRate& message);

  void refuse(const std::string& reason);
  void lose(const std::string& reason);
  void settle_lost();
  void unanswered(const Outstanding& request);
  void look();
  void show();
  void end_if_idle();
  void let_go_if_idle();
  void match_lines();
  Line* line_of(RelayId relay, std::size_t* index);

  const Services& services_;
  const Peers& peers_;
  const NodePortActor port_;
  NodePeer peer_;
  const node::Hello hello_;
  node::Welcome welcome_;
  net::LinkSecret secret_;
  State state_ = State::greeting;
  std::uint64_t epoch_ = 0;
  std::vector<Line> lines_;  // as in Hello; the relay centre is 0 where we have none of that name
  bool draining_ = false;
  MonotonicTime heard_at_;
  MonotonicTime echoed_at_;  // the node's lease counts from before this
  bool settled_lost_ = false;
  std::optional<std::shared_ptr<void>> held_;  // the system stops; let go once nothing is out
  std::size_t permits_out_ = 0;
  std::unordered_map<std::uint64_t, Outstanding> outstanding_;
  std::set<storage::Epoch> lent_;
  std::set<ShopId> named_;
};

}  // namespace spillway::actors
