#include "actors/cluster/node_port.hpp"

#include <algorithm>

#include <caf/actor_system.hpp>

#include "actors/base/audit_note.hpp"
#include "actors/base/log.hpp"
#include "actors/cluster/node_link.hpp"
#include "engine/sharing/limits.hpp"
#include "storage/registry/audit_rows.hpp"

namespace spillway::actors {

namespace {

// Lives from when an operator asks that a node shall drain, or take work again, until that stands
// in the audit log; then tells the node, and the operator. Without links the node is gone already.
class DrainNote : public Actor<RegistryClient> {
 public:
  DrainNote(caf::actor_config& config, const Services& services, const Peers& peers,
            net::ControlRequest request, std::vector<NodeLinkActor> links, NodeEntry node)
      : Actor(config),
        services_(services),
        peers_(peers),
        request_(std::move(request)),
        links_(std::move(links)),
        node_(std::move(node)) {}

  behavior_type make_behavior() override {
    // The system may stop before it is durable: then nobody is told.
    monitor(peers_.registrar);
    set_down_handler([this](const caf::down_msg&) { quit(); });
    const auto note = audit_note(request_, 202, {}, services_.now());
    send(peers_.registrar, RegisterChanges{this, 0, {storage::audit_change(note)}});
    return {[this](const Registered&) { tell(); }};
  }
  void on_exit() override { links_.clear(); }

 private:
  void tell() {
    for (const NodeLinkActor& link : links_) send(link, DrainNode{node_.draining});
    log(LogLevel::info,
        links_.empty() ? "node_given_up" : (node_.draining ? "node_drains" : "node_undrains"),
        {{"node", node_.seen.name}, {"epoch", node_.seen.epoch}, {"key", request_.key_id}});
    services_.api.answer(
        {net::document(request_.ticket, {.status = 202, .json = node_json(node_)})});
    quit();
  }

  const Services& services_;
  const Peers& peers_;
  const net::ControlRequest request_;
  std::vector<NodeLinkActor> links_;
  const NodeEntry node_;
};

}  // namespace

NodePort::NodePort(caf::actor_config& config, const Services& services, const Peers& peers)
    : Actor(config),
      services_(services),
      peers_(peers),
      // Above all that an earlier life of this system gave.
      last_epoch_(static_cast<std::uint64_t>(services.now().time_since_epoch().count())) {
  meets_strangers();
  set_down_handler([this](const caf::down_msg& down) { links_.erase(down.source); });
  set_exit_handler([this](caf::exit_msg& exit) {
    if (exit.source && exit.source.node() != node()) return;
    for (const auto& [address, link] : links_) send_exit(link, caf::exit_reason::user_shutdown);
    quit(exit.reason);
  });
}

auto NodePort::make_behavior() -> behavior_type {
  if (services_.cluster != nullptr) send(this, Tick{});
  return {
      [this](const NodeFrame& message) { knock(message); },
      [this](const NodeProved& message) { proved(message); },
      [this](const NodeSeen& message) { seen(message); },
      [this](const NodeGone& message) { gone(message); },
      [this](const HoldNodes& message) {
        held_ = true;
        for (const auto& [address, link] : links_) send(link, message);
      },
      [this](const HandleControl& message) { asked(message.request); },
      [this](Tick) { sample_flow(); },
  };
}

void NodePort::knock(const NodeFrame& frame) {
  if (held_) return;
  if (!current_sender()) return;  // gone before it was heard
  NodePeer peer(current_sender());
  std::string why;
  const auto said = peer.hear(frame, 0, why);
  const auto* hello = said ? std::get_if<node::Hello>(&*said) : nullptr;
  if (hello == nullptr && why.empty()) why = "did not say hello";
  if (hello != nullptr && links_.size() >= limits::nodes_max) why = "came when there are enough";
  if (!why.empty()) {
    log(LogLevel::warning, "node_refused", {{"reason", "it " + why}});
    peer.say(this, 0, node::Refused{"the node " + why});
    return;
  }
  const auto link = system().spawn<NodeLink>(services_, peers_, NodePortActor(this),
                                             NodePeer(peer.handle(), peer.version()), *hello);
  monitor(link);
  links_.emplace(link.address(), link);
}

void NodePort::proved(const NodeProved& message) {
  const auto& allowed = services_.cluster->nodes;
  if (!allowed.empty() && std::ranges::find(allowed, message.name) == allowed.end()) {
    send(message.link, NodeAdmission{0, message.name + " is not in the list of nodes"});
    return;
  }
  for (const auto& [epoch, node] : nodes_) {
    if (node.entry.seen.name != message.name || node.incarnation == message.incarnation) continue;
    send(message.link, NodeAdmission{0, "a node named " + message.name + " is here already"});
    return;
  }
  const auto link = links_.find(caf::actor_cast<caf::actor_addr>(message.link));
  if (link == links_.end()) return;
  lost_.erase(message.name);
  ++last_epoch_;
  nodes_[last_epoch_] = {
      link->second,
      message.incarnation,
      {NodeSeen{last_epoch_, message.name, false, {}, 0}, services_.now(), false}};
  send(message.link, NodeAdmission{last_epoch_, {}});
}

void NodePort::seen(const NodeSeen& message) {
  const auto found = nodes_.find(message.epoch);
  if (found == nodes_.end()) return;
  found->second.entry.seen = message;
  NodeCounts counts{message.name};
  counts.draining = message.draining;
  for (const NodeSeen::Line& line : message.lines) {
    if (line.relay.value == 0) continue;
    counts.per_second += line.per_second;
    counts.outstanding += line.ours;
    counts.answered += line.answered;
    counts.answer_seconds = std::max(counts.answer_seconds, line.answer_seconds);
  }
  services_.metrics.nodes.put(std::move(counts));
}

void NodePort::gone(const NodeGone& message) {
  const auto found = nodes_.find(message.epoch);
  if (found == nodes_.end()) return;
  nodes_.erase(found);
  for (const auto& [epoch, node] : nodes_)
    if (node.entry.seen.name == message.name) return;  // it is back already
  if (message.drained) return forget(message.name);
  services_.metrics.nodes.lost(message.name);
  lost_[message.name] = {{message.epoch, message.name, false, {}, 0}, services_.now(), false, true};
  if (lost_.size() > limits::nodes_max)
    forget(std::ranges::min_element(lost_, {}, [](const auto& each) {
             return each.second.since;
           })->first);
}

void NodePort::forget(std::string name) {
  services_.metrics.nodes.left(name);
  lost_.erase(name);
}

// A flow is of about a second: its ticks are later than they are due, never earlier.
void NodePort::sample_flow() {
  Metrics& metrics = services_.metrics;
  std::uint64_t left = 0;
  for (const RelayMetrics& relay : metrics.relays) left += relay.authorization.out.value();
  const MonotonicTime now = monotonic();
  metrics.nodes.sample(now, metrics.orders_accepted.value(), left);
  send_self_at(now + std::chrono::seconds(1), Tick{});
}

void NodePort::asked(const net::ControlRequest& request) {
  if (request.route == net::RouteId::nodes) {
    std::vector<NodeEntry> entries;
    for (const auto& [epoch, node] : nodes_) entries.push_back(node.entry);
    for (const auto& [name, entry] : lost_) entries.push_back(entry);
    return services_.api.answer({net::document(request.ticket, {.json = nodes_json(entries)})});
  }
  drain(request, request.route == net::RouteId::node_drain);
}

// One that was lost has nothing any more: that it is not waited for is all that is to be done.
void NodePort::drain(const net::ControlRequest& request, bool drains) {
  if (const auto lost = lost_.find(request.names.front()); drains && lost != lost_.end()) {
    NodeEntry entry = lost->second;
    entry.lost = false;
    entry.seen.draining = true;
    forget(entry.seen.name);
    system().spawn<DrainNote>(services_, peers_, request, std::vector<NodeLinkActor>{}, entry);
    return;
  }
  // A node that came back before its old link was lost is there twice: both are told.
  std::vector<NodeLinkActor> links;
  const NodeEntry* told = nullptr;
  for (auto& [epoch, node] : nodes_) {
    if (node.entry.seen.name != request.names.front()) continue;
    node.entry.draining = drains;
    links.push_back(node.link);
    told = &node.entry;
  }
  if (told == nullptr)
    return services_.api.answer({net::refused(
        request.ticket, {.refusal = {404,
                                     drains ? "No node of that name is joined or was lost."
                                            : "No node of that name is joined.",
                                     {}}})});
  system().spawn<DrainNote>(services_, peers_, request, std::move(links), *told);
}

}  // namespace spillway::actors
