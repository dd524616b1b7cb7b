#include "actors/start/node_system.hpp"

#include <chrono>
#include <deque>

#include <caf/actor_system.hpp>
#include <sodium.h>

#include "actors/base/log.hpp"
#include "actors/base/thread_sanitizer.hpp"
#include "actors/cluster/cluster_network.hpp"
#include "actors/relay/relay_wire.hpp"
#include "actors/start/actor_threads.hpp"
#include "actors/start/node_engine.hpp"
#include "engine/base/clock.hpp"
#include "engine/pacing/limits.hpp"
#include "net/relay/iso8583_connection.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::actors {

namespace {

std::uint64_t random_number() {
  std::uint64_t number = 0;
  randombytes_buf(&number, sizeof number);
  return number;
}

}  // namespace

// Members stand in the order in which they come up; each may lean on those above it.
class NodeSystem::Parts {
 public:
  explicit Parts(const Configuration& given) : configuration(given) {}

  Result<void> open_identity();
  Result<void> open_lines();
  Result<void> bring_up();
  void take_down();

 private:
  const Configuration configuration;
  Metrics metrics{configuration, civil_now};
  std::optional<net::ClusterIdentity> identity;
  storage::LentCards cards;
  net::EventLoop relay_loop{"relay-lines"};
  std::deque<net::Iso8583Connection> lines;
  ActorThreads threads{&configuration.cluster};
  UnseenUntilHere actors_begin;
  caf::actor_system actors{threads};
  UnseenFromHere actors_end;
  NetworkPorts ports{actors, configuration.cluster};
  std::unique_ptr<NodeParts> parts;
  std::unique_ptr<NodeEngine> engine;
};

Result<void> NodeSystem::Parts::open_identity() {
  if (!configuration.cluster.tls) return {};
  const TlsFiles& files = *configuration.cluster.tls;
  auto opened = net::ClusterIdentity::open(files.certificate, files.key, files.ca);
  if (!opened) return opened.error();
  identity = std::move(*opened);
  return {};
}

Result<void> NodeSystem::Parts::open_lines() {
  for (const RelaySettings& relay : configuration.relays) {
    auto options = relay_wire(relay, [this](ShopId shop) { return cards.merchant(shop); });
    if (!options) return options.error();
    lines.emplace_back(relay_loop, std::move(*options), cards);
  }
  return {};
}

Result<void> NodeSystem::Parts::bring_up() {
  parts.reset(new NodeParts{configuration.node.name, random_number(),
                            identity ? &*identity : nullptr, ports, cards, civil_now});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const RelaySettings& relay = configuration.relays[i];
    parts->lines.emplace_back(relay, metrics.relay(relay.id), lines[i]);
  }
  engine = std::make_unique<NodeEngine>(actors, *parts, configuration.node.join);
  return {};
}

void NodeSystem::Parts::take_down() {
  if (!engine) return;
  const auto give_up = std::chrono::steady_clock::now() + limits::shutdown_answers_max;
  for (const std::future<void>& answered : engine->hold()) answered.wait_until(give_up);
  engine->finish_telling().wait_for(limits::shutdown_answers_max);
  engine->stop();
  actors.await_all_actors_done();
  see_ends_of_actors();
  engine.reset();
}

Result<std::unique_ptr<NodeSystem>> NodeSystem::start(const Configuration& configuration) {
  auto parts = std::make_unique<Parts>(configuration);
  for (auto step : {&Parts::open_identity, &Parts::open_lines, &Parts::bring_up})
    if (auto done = (parts.get()->*step)(); !done) return done.error();
  log(LogLevel::info, "ready", {{"node", configuration.node.name}});
  return std::unique_ptr<NodeSystem>(new NodeSystem(std::move(parts)));
}

NodeSystem::NodeSystem(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

NodeSystem::~NodeSystem() {
  stop();
}

void NodeSystem::stop() {
  parts_->take_down();
}

}  // namespace spillway::actors
