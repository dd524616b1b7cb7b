#include "actors/cluster/node_link.hpp"

#include <algorithm>
#include <cstring>

#include <sodium.h>

#include "actors/base/log.hpp"
#include "actors/messages/request_key.hpp"
#include "engine/account/node_name.hpp"
#include "engine/order/limits.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors {

NodeLink::NodeLink(caf::actor_config& config, const Services& services, const Peers& peers,
                   NodePortActor port, NodePeer peer, node::Hello hello)
    : Actor(config),
      services_(services),
      peers_(peers),
      port_(std::move(port)),
      peer_(std::move(peer)),
      hello_(std::move(hello)),
      heard_at_(monotonic()),
      echoed_at_(monotonic()) {
  meets_strangers();
  monitor(peer_.handle());
  set_down_handler([this](const caf::down_msg&) { lose("the connection broke"); });
  match_lines();
}

// A line with a pace of its own would add to a rate that is lent, and one that borrows gets none
// where nobody lends.
void NodeLink::match_lines() {
  for (const node::LineOffered& offered : hello_.lines) {
    Line& line = lines_.emplace_back();
    for (const RelaySettings& relay : services_.configuration.relays) {
      if (relay.name != offered.relay) continue;
      if (relay.contract_pace == offered.borrows)
        line.relay = relay.id;
      else
        log(LogLevel::warning, "node_line_unused",
            {{"node", hello_.name},
             {"relay", relay.name},
             {"reason", offered.borrows ? "the node borrows a rate that is not lent here"
                                        : "the node has a pace of its own beside the contract's"}});
    }
    if (line.relay.value > 0)
      line.host = std::make_unique<ShardLineHost>(services_, peers_, line.relay);
  }
}

auto NodeLink::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](const NodeFrame& message) { frame(message); },
      [this](const NodeAdmission& message) { admitted(message); },
      [this](const WantPermits& message) { want(message); },
      [this](SendRequests& message) { send_requests(message); },
      [this](const PermitsReturned& message) { give_back(message); },
      [this](const LendRate& message) { lend(message); },
      [this](const HoldNodes& message) {
        held_ = message.waiting;
        let_go_if_idle();
      },
      [this](const DrainNode& message) {
        if (state_ != State::joined) return;
        if (message.drains)
          peer_.say(this, epoch_, node::Drain{});
        else
          peer_.say(this, epoch_, node::Undrain{});
      },
      [this](Tick) { look(); },
  };
}

// ---- Joining ----

void NodeLink::greet() {
  if (!is_node_name(hello_.name)) return refuse("the node's name is not one");
  net::LinkSecret::PublicKey theirs{};
  if (hello_.public_key.size() != theirs.size()) return refuse("the node sent no key for the link");
  std::memcpy(theirs.data(), hello_.public_key.data(), theirs.size());
  const auto ours = secret_.public_key();
  welcome_.system = services_.configuration.system.id;
  welcome_.nonce.resize(32);
  randombytes_buf(welcome_.nonce.data(), welcome_.nonce.size());
  welcome_.public_key.assign(reinterpret_cast<const char*>(ours.data()), ours.size());
  if (!secret_.agree(net::LinkSecret::Role::accepted, theirs))
    return refuse("the node's key for the link is no key");
  if (const net::ClusterIdentity* identity = services_.cluster->identity) {
    welcome_.certificate = identity->certificate_pem();
    welcome_.signature = identity->sign(node::transcript("system", hello_, welcome_));
  }
  peer_.say(this, 0, welcome_);
}

void NodeLink::handle(const node::Proof& proof) {
  if (state_ != State::greeting) return lose("it proved itself twice");
  std::string name = hello_.name;
  if (const net::ClusterIdentity* identity = services_.cluster->identity) {
    const auto proved =
        identity->verify(hello_.certificate, node::transcript("node", hello_, welcome_),
                         proof.signature, services_.now());
    if (!proved) return refuse(proved.error().message);
    if (*proved != name)
      return refuse("the certificate is of " + *proved + ", the node calls itself " + name);
  }
  state_ = State::proved;
  send(port_, NodeProved{this, std::move(name), hello_.incarnation});
}

void NodeLink::admitted(const NodeAdmission& admission) {
  if (state_ != State::proved) return;
  if (!admission.refusal.empty()) return refuse(admission.refusal);
  state_ = State::joined;
  peer_.say(this, 0, node::Joined{admission.epoch});
  epoch_ = admission.epoch;
  heard_at_ = echoed_at_ = monotonic();
  log(LogLevel::info, "node_joined", {{"node", hello_.name}, {"epoch", epoch_}});
  show();
}

void NodeLink::refuse(const std::string& reason) {
  log(LogLevel::warning, "node_refused", {{"node", hello_.name}, {"reason", reason}});
  peer_.say(this, epoch_, node::Refused{reason});
  lose(reason);
}

// ---- What the node says ----

void NodeLink::frame(const NodeFrame& message) {
  if (!peer_.is(current_sender())) return;
  std::string why;
  const auto said = peer_.hear(message, epoch_, why);
  if (!said) {
    if (state_ != State::lost) refuse("the node " + why);
    return;
  }
  heard_at_ = monotonic();
  if (const auto* proof = std::get_if<node::Proof>(&*said)) return handle(*proof);
  if (const auto* refused = std::get_if<node::Refused>(&*said)) return lose(refused->reason);
  if (epoch_ == 0) return refuse("the node speaks before it is let in");
  // Of what a lost one did before it was lost, too.
  if (const auto* results = std::get_if<node::Results>(&*said)) return handle(*results);
  if (state_ != State::joined) return;
  if (const auto* report = std::get_if<node::Report>(&*said)) return handle(*report);
  if (const auto* offer = std::get_if<node::Offer>(&*said)) return handle(*offer);
  refuse("the node said what is not its to say");
}

void NodeLink::handle(const node::Report& report) {
  peer_.say(this, epoch_, node::Echo{report.time});
  echoed_at_ = monotonic();
  draining_ = report.draining;
  for (std::size_t i = 0; i < std::min(lines_.size(), report.lines.size()); ++i) {
    Line& line = lines_[i];
    if (line.relay.value == 0) continue;
    line.state = report.lines[i];
    if (line.told.tells(static_cast<double>(line.state.per_second), heard_at_))
      log(LogLevel::info, "node_rate",
          {{"node", hello_.name},
           {"relay", hello_.lines[i].relay},
           {"per_second", line.state.per_second}});
    send(peers_.relays.configured(line.relay).nodes,
         NodeBears{this, line.relay, epoch_, static_cast<double>(line.state.per_second)});
    if (const RateLenderActor& lender = peers_.relays.configured(line.relay).lender)
      send(lender, NodeHolds{this, line.relay, epoch_, line.state.can_send, line.outstanding,
                             line.requests, node::from_microhertz(line.state.lent)});
  }
  show();
}

void NodeLink::handle(const node::Offer& offer) {
  if (offer.line >= lines_.size() || lines_[offer.line].relay.value == 0 || offer.count == 0 ||
      offer.count > limits::authorization_batch)
    return refuse("the node offers what nobody asked for");
  const Line& line = lines_[offer.line];
  if (held_) return peer_.say(this, epoch_, node::Return{offer.line, offer.use, offer.count});
  permits_out_ += offer.count;
  send(peers_.relays.configured(line.relay).takers.at(static_cast<std::size_t>(offer.use)),
       Permits{line.relay, offer.use, offer.count, Way{this, this, true}});
}

void NodeLink::handle(const node::Results& results) {
  if (results.line >= lines_.size() || lines_[results.line].relay.value == 0) return;
  Line& line = lines_[results.line];
  const SystemId own{services_.configuration.system.id};
  const MonotonicTime now = monotonic();
  const auto no_more = [&](OrderNumber order, Attempt attempt, bool reversal) {
    const std::uint64_t key = request_key(own, order, attempt, reversal);
    line.outstanding -= outstanding_.erase(key);
    line.answer_time.ended(key, now);
  };
  for (const AnsweredOrder& order : results.answered) {
    no_more(order.order, order.answer.attempt, false);
    ++line.answered;
    line.host->answered(own, order);
  }
  for (const UnansweredOrder& order : results.unanswered) {
    // Told late, of an earlier link, it says nothing of the repeat that is out by now.
    const auto out = outstanding_.find(request_key(own, order.order, order.attempt, false));
    if (out == outstanding_.end() || out->second.message == net::RelayMessage::authorization)
      no_more(order.order, order.attempt, false);
    line.host->unanswered(own, order);
  }
  for (const ReversalReply& reply : results.reversals) {
    no_more(reply.order, reply.attempt, true);
    line.host->reversal_replied(own, reply);
  }
  for (const UnansweredOrder& order : results.repeats_unanswered) {
    no_more(order.order, order.attempt, false);
    line.host->repeat_unanswered(own, order);
  }
  line.host->tell();
  if (state_ == State::joined) peer_.say(this, epoch_, node::Acknowledged{results.number});
  let_go_if_idle();
}

// ---- The end ----

void NodeLink::look() {
  if (state_ == State::lost) {
    settle_lost();
    return;
  }
  if (welcome_.nonce.empty()) greet();
  if (state_ == State::lost) return;
  const MonotonicTime now = monotonic();
  const auto patience = state_ == State::joined
                            ? std::chrono::milliseconds(limits::node_lost_after)
                            : std::chrono::milliseconds(limits::node_join_time_max);
  if (now - heard_at_ >= patience) return lose("nothing was heard of it");
  send_self_at(std::min(now + limits::node_heartbeat, heard_at_ + patience), Tick{});
}

void NodeLink::lose(const std::string& reason) {
  if (state_ == State::lost) return;
  const bool was_joined = state_ == State::joined;
  state_ = State::lost;
  if (was_joined) {
    const bool drained = draining_ && outstanding_.empty() && permits_out_ == 0;
    if (drained)
      log(LogLevel::info, "node_left", {{"node", hello_.name}, {"epoch", epoch_}});
    else
      log(LogLevel::warning, "node_lost",
          {{"node", hello_.name}, {"reason", reason}, {"outstanding", outstanding_.size()}});
    for (const Line& line : lines_)
      if (line.relay.value > 0)
        send(peers_.relays.configured(line.relay).nodes, NodeBears{this, line.relay, epoch_, 0});
    send(port_, NodeGone{epoch_, hello_.name, drained});
  }
  settle_lost();
}

// When its lease is surely over, nothing of what it has not answered can leave it any more.
void NodeLink::settle_lost() {
  const MonotonicTime over = echoed_at_ + limits::node_lease;
  if (monotonic() < over) return send_self_at(over, Tick{});
  for (const auto& [key, request] : outstanding_) unanswered(request);
  outstanding_.clear();
  for (const Line& line : lines_) {
    if (!line.host) continue;
    line.host->tell();
    if (const RateLenderActor& lender = peers_.relays.configured(line.relay).lender;
        lender && epoch_ > 0)
      send(lender, NodeHoldsNothing{line.relay, epoch_});
  }
  settled_lost_ = true;
  end_if_idle();
}

void NodeLink::let_go_if_idle() {
  if (held_ && outstanding_.empty() && permits_out_ == 0) held_->reset();
}

void NodeLink::end_if_idle() {
  let_go_if_idle();
  if (settled_lost_ && permits_out_ == 0) quit();
}

void NodeLink::show() {
  NodeSeen seen{epoch_, hello_.name, draining_, {}, permits_out_};
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    seen.lines.push_back({line.relay, hello_.lines[i].relay,
                          static_cast<double>(line.state.per_second), line.state.outstanding,
                          line.outstanding, line.answered, line.answer_time.seconds()});
  }
  send(port_, std::move(seen));
}

}  // namespace spillway::actors
