#include "tests/simulation/worlds/node_world.hpp"

#include <caf/send.hpp>

namespace spillway::simulation {

struct NodeWorld::Life {
  Life(NodeWorld& node, std::uint64_t incarnation)
      : metrics(node.configuration_, [&world = node.world_] { return world.civil_now(); }),
        parts{node.name_, incarnation, nullptr,
              node,       cards,       [&world = node.world_] { return world.civil_now(); }} {
    actors.scheduler().clock().current_time = node.world_.now();
    for (const actors::RelaySettings& settings : node.configuration_.relays)
      parts.lines.emplace_back(settings, metrics.relay(settings.id),
                               node.relays_.at(settings.id)->new_line(node.name_));
    std::vector<actors::Address> join;
    for (std::size_t i = 0; i < node.systems_; ++i)
      join.push_back({"system", static_cast<std::uint16_t>(i)});
    engine = std::make_unique<actors::NodeEngine>(actors.system(), parts, join);
  }
  ~Life() {
    engine->stop();
    actors.scheduler().run();
  }

  actors::Metrics metrics;
  storage::LentCards cards;
  actors::NodeParts parts;
  SteppedActors actors;
  std::unique_ptr<actors::NodeEngine> engine;
};

NodeWorld::NodeWorld(World& world, std::string name, const actors::Configuration& configuration,
                     std::map<RelayId, std::unique_ptr<RelayWorld>>& relays, std::size_t systems,
                     Connect connect)
    : world_(world),
      name_(std::move(name)),
      configuration_(configuration),
      relays_(relays),
      systems_(systems),
      connect_(std::move(connect)) {}

NodeWorld::~NodeWorld() = default;

void NodeWorld::start() {
  life_ = std::make_unique<Life>(*this, ++lives_);
}

void NodeWorld::kill() {
  life_.reset();
  frozen_until_ = {};
}

caf::actor_system& NodeWorld::system() {
  return life_->actors.system();
}

caf::scheduler::test_coordinator* NodeWorld::scheduler() {
  return life_ ? &life_->actors.scheduler() : nullptr;
}

std::int64_t NodeWorld::outstanding() const {
  std::int64_t sum = 0;
  if (life_)
    for (const auto& relay : life_->metrics.relays) sum += relay.outstanding.value();
  return sum;
}

void NodeWorld::check_paces() const {
  PaceBook paces;
  for (const actors::RelaySettings& relay : configuration_.relays) {
    paces.configured(relay.id, relay.pacing);
    paces.check(world_, relay, relays_.at(relay.id)->arrivals(name_));
  }
}

void NodeWorld::find(const actors::Address& address, actors::SystemLinkActor who) {
  world_.after(world_.between(0ms, 20ms), [this, system = address.port, who, life = lives_] {
    if (!life_ || life != lives_) return;
    Cable* cable = connect_(system, *this);
    caf::anon_send(who, cable != nullptr ? actors::PortReached{cable->near_end(), {}}
                                         : actors::PortReached{nullptr, "nobody listens there"});
  });
}

}  // namespace spillway::simulation
