#include "actors/start/node_engine.hpp"

#include <caf/send.hpp>

#include "actors/base/waiting.hpp"
#include "actors/cluster/allotment_desk.hpp"
#include "actors/cluster/node_line_host.hpp"
#include "actors/cluster/system_link.hpp"
#include "actors/relay/rate_limiter.hpp"
#include "actors/relay/relay_line.hpp"

namespace spillway::actors {

NodeEngine::NodeEngine(caf::actor_system& system, NodeParts& parts,
                       const std::vector<Address>& join)
    : parts_(parts) {
  for (NodeLine& line : parts_.lines) {
    line.allotment = system.spawn<AllotmentDesk>(line);
    if (line.settings.contract_pace) line.peers.rate_keeper = line.allotment;
    line.peers.limiter = system.spawn<RateLimiter>(line.peers, line.settings, line.metrics);
    line.peers.line =
        system.spawn<RelayLine>(std::make_unique<NodeLineHost>(parts_, line.settings.id),
                                line.peers, line.port, line.settings, line.metrics);
    line.peers.takers = {line.allotment, line.allotment};
  }
  for (NodeLine& line : parts_.lines) {
    ears_.push_back(std::make_unique<LineEars>(line.peers.line));
    line.port.start(*ears_.back());
  }
  for (const Address& address : join)
    parts_.links.push_back(system.spawn<SystemLink>(parts_, address));
}

NodeEngine::~NodeEngine() = default;

std::vector<std::future<void>> NodeEngine::hold() {
  std::vector<std::future<void>> answered;
  for (const NodeLine& line : parts_.lines) {
    const auto all_back = std::make_shared<std::promise<void>>();
    answered.push_back(all_back->get_future());
    caf::anon_send(line.peers.limiter, HoldPermits{all_back});
  }
  return answered;
}

std::future<void> NodeEngine::finish_telling() {
  Waiting told = make_waiting();
  const FinishTelling message{std::move(told.held)};
  for (const SystemLinkActor& link : parts_.links) caf::anon_send(link, message);
  return std::move(told.over);
}

void NodeEngine::stop() {
  for (const NodeLine& line : parts_.lines) line.port.stop();
  const auto end = [](const auto& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  };
  for (const SystemLinkActor& link : parts_.links) end(link);
  for (const NodeLine& line : parts_.lines) {
    end(line.allotment);
    end(line.peers.limiter);
    end(line.peers.line);
  }
}

}  // namespace spillway::actors
