// One life of the engine, from its start to a crash or the end of the run.
#pragma once

#include "actors/accounts/member_gateway.hpp"
#include "actors/orders/order_gateway.hpp"
#include "actors/start/order_engine.hpp"
#include "tests/simulation/simulation.hpp"
#include "tests/simulation/worlds/cable.hpp"
#include "tests/simulation/worlds/member_world.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::simulation {

// What outlives the engine.
struct Surroundings {
  World& world;
  const actors::Configuration& configuration;
  MemoryJournal& journal;
  MemoryViews& views;
  MemoryRegistry& registry;
  MemberWorld& members;
  std::map<RelayId, std::unique_ptr<RelayWorld>>& relays;
  MailWorld& mails;
  EventWorld& events;
  WebhookWorld& webhooks;
  net::ApiAnswers& answers;
  ShopWorld& shops;
  const actors::ClusterServices* cluster = nullptr;
};

class Life {
 public:
  explicit Life(const Surroundings& around);
  ~Life();

  caf::actor_system& system() { return actors_.system(); }
  caf::scheduler::test_coordinator& scheduler() { return actors_.scheduler(); }
  // Null unless nodes may join.
  caf::strong_actor_ptr port() const {
    return caf::actor_cast<caf::strong_actor_ptr>(peers_.node_port);
  }
  actors::OrderGateway& gateway() { return gateway_; }
  actors::MemberGateway& member_gateway() { return member_gateway_; }
  const PlainSeal& seal() const { return seal_; }
  const actors::Metrics& metrics() const { return metrics_; }
  const actors::PaceBook& paces() const { return paces_; }
  // An operator asks the pace desk.
  void ask_pace_desk(net::ControlRequest request);
  // An operator asks the case desk.
  void ask_case_desk(net::ControlRequest request);
  std::int64_t waiting() const { return peers_.waiting.load(); }

 private:
  actors::Services services(const Surroundings& around);
  std::optional<net::Mail> make_mail(const Surroundings& around, OrderNumber order, Notice notice,
                                     const Received& received, Timestamp at) const;

  actors::PaceBook paces_;
  SteppedActors actors_;
  actors::Metrics metrics_;
  net::EventJson event_json_{EventWorld::codes(), EventWorld::ids()};
  actors::Peers peers_;
  storage::MemberBook book_;
  std::unique_ptr<actors::OrderEngine> engine_;
  PlainSeal seal_;
  storage::IdempotencyHash idempotency_;
  actors::OrderGateway gateway_;
  actors::MemberGateway member_gateway_;
};

}  // namespace spillway::simulation
