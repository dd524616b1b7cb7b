#include "actors/cluster/system_link.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <sodium.h>

#include "actors/base/log.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors {
SystemLink::SystemLink(caf::actor_config& config, NodeParts& parts, Address address)
    : Actor(config),
      parts_(parts),
      address_(std::move(address)),
      rejoin_wait_(limits::node_rejoin_min),
      granted_(parts.lines.size()),
      lent_(parts.lines.size()) {
  meets_strangers();
  set_down_handler([this](const caf::down_msg& down) {
    if (peer_.handle() && down.source == caf::actor_cast<caf::actor_addr>(peer_.handle()))
      leave("the connection broke");
  });
}

auto SystemLink::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](const NodeFrame& message) { frame(message); },
      [this](const PortReached& message) { reached(message); },
      [this](const OfferPermits& message) { offer(message); },
      [this](const RateInForce& message) { in_force(message); },
      [this](NodeResults& message) { keep(message); },
      [this](const DrainNode&) {
        if (state_ == State::joined) report();
      },
      [this](const FinishTelling& message) {
        finishing_ = message.waiting;
        let_go_if_told();
      },
      [this](Tick) { look(); },
  };
}

// ---- Joining ----

void SystemLink::look() {
  const MonotonicTime now = monotonic();
  send_self_at(now + limits::node_heartbeat, Tick{});
  switch (state_) {
    case State::away:
      if (now - state_since_ < rejoin_wait_) return;
      rejoin_wait_ = std::min<Duration>(rejoin_wait_ * 2, limits::node_rejoin_max);
      state_ = State::finding;
      state_since_ = now;
      return parts_.ports.find(address_, this);
    case State::finding:
      if (now - state_since_ >= limits::node_connect_time_max) leave("it is not reached");
      return;
    case State::greeting:
    case State::proved:
      if (now - state_since_ >= limits::node_join_time_max) leave("it does not answer");
      return;
    case State::joined:
      if (now - echoed_at_ >= limits::node_lost_after) return leave("nothing was heard of it");
      return report();
  }
}

void SystemLink::reached(const PortReached& message) {
  if (state_ != State::finding) return;
  if (!message.port) return leave(message.why);
  state_ = State::greeting;
  state_since_ = monotonic();
  peer_ = NodePeer(message.port);
  monitor(message.port);
  secret_ = net::LinkSecret();
  const auto ours = secret_.public_key();
  hello_ = {parts_.name,
            parts_.incarnation,
            std::string(32, '\0'),
            std::string(reinterpret_cast<const char*>(ours.data()), ours.size()),
            {},
            {}};
  randombytes_buf(hello_.nonce.data(), hello_.nonce.size());
  if (parts_.identity != nullptr) hello_.certificate = parts_.identity->certificate_pem();
  for (const NodeLine& line : parts_.lines)
    hello_.lines.push_back({line.settings.name, line.settings.contract_pace});
  epoch_ = 0;
  say(hello_);
}

void SystemLink::frame(const NodeFrame& message) {
  if (!current_sender()) return;  // gone before it was heard
  if (state_ == State::greeting) {
    // The port has handed the node to a link of its own.
    demonitor(caf::actor_cast<caf::actor_addr>(peer_.handle()));
    peer_.moves_to(current_sender());
    monitor(peer_.handle());
  }
  if (state_ == State::away || state_ == State::finding || !peer_.is(current_sender())) return;
  std::string why;
  auto said = peer_.hear(message, epoch_, why);
  if (!said) return part("the system " + why);
  if (state_ != State::joined) {
    if (auto* welcome = std::get_if<node::Welcome>(&*said)) return handle(*welcome);
    if (auto* joined = std::get_if<node::Joined>(&*said)) {
      epoch_ = 0;
      return handle(*joined);
    }
    if (auto* refused = std::get_if<node::Refused>(&*said)) return handle(*refused);
    return part("the system said what is not its to say");
  }
  std::visit([this](auto& each) { handle(each); }, *said);
}

template <class Unexpected>
void SystemLink::handle(const Unexpected&) {
  part("the system said what is not its to say");
}

void SystemLink::handle(const node::Welcome& welcome) {
  if (state_ != State::greeting) return part("the system greets twice");
  if (parts_.identity != nullptr) {
    const auto proved =
        parts_.identity->verify(welcome.certificate, node::transcript("system", hello_, welcome),
                                welcome.signature, parts_.now());
    if (!proved) return part("the system's certificate: " + proved.error().message);
  }
  net::LinkSecret::PublicKey theirs{};
  if (welcome.public_key.size() != theirs.size() || welcome.system >= limits::node_systems_max)
    return part("the system's greeting makes no sense");
  std::memcpy(theirs.data(), welcome.public_key.data(), theirs.size());
  if (!secret_.agree(net::LinkSecret::Role::connected, theirs))
    return part("the system's key for the link is no key");
  system_ = SystemId{welcome.system};
  state_ = State::proved;
  state_since_ = monotonic();
  node::Proof proof;
  if (parts_.identity != nullptr)
    proof.signature = parts_.identity->sign(node::transcript("node", hello_, welcome));
  say(proof);
}

void SystemLink::handle(const node::Joined& joined) {
  if (state_ != State::proved) return part("the system lets in who did not ask");
  state_ = State::joined;
  epoch_ = joined.epoch;
  rejoin_wait_ = limits::node_rejoin_min;
  told_.clear();
  echoed_at_ = monotonic();
  for (auto& line : granted_) line = {};
  lent_.assign(lent_.size(), 0);
  if (kept_for_ != system_) kept_.clear();
  kept_for_ = system_;
  parts_.systems.name(system_, this);
  log(LogLevel::info, "joined",
      {{"system", to_text(address_)}, {"number", system_.value}, {"epoch", epoch_}});
  report();
  for (const node::Results& results : kept_) say(results);
}

void SystemLink::handle(const node::Refused& refused) {
  leave(refused.reason);
}

// Tells the system why, too.
void SystemLink::part(const std::string& reason) {
  say(node::Refused{reason});
  leave(reason);
}

void SystemLink::leave(const std::string& reason) {
  if (told_ != reason)
    log(LogLevel::warning, "not_joined", {{"system", to_text(address_)}, {"reason", reason}});
  told_ = reason;
  if (peer_.handle()) demonitor(caf::actor_cast<caf::actor_addr>(peer_.handle()));
  peer_ = NodePeer();
  if (state_ == State::joined) {
    parts_.systems.end(system_);
    parts_.cards.give_back(system_);
    for (std::size_t i = 0; i < granted_.size(); ++i) {
      NodeLine& line = parts_.lines[i];
      send(line.allotment, SystemLeft{system_});
      for (std::size_t use = 0; use < permit_uses; ++use)
        if (const std::size_t unused = std::exchange(granted_[i][use], 0); unused > 0)
          send(line.peers.limiter,
               PermitsReturned{line.settings.id, static_cast<PermitUse>(use), unused});
    }
  }
  state_ = State::away;
  state_since_ = monotonic();
  let_go_if_told();
}

}  // namespace spillway::actors
