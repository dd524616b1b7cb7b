// One life of the engine, from its start to a crash or the end of the run.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/member_gateway.hpp"
#include "actors/order_engine.hpp"
#include "actors/order_gateway.hpp"
#include "tests/simulation/member_world.hpp"
#include "tests/simulation/memory_registry.hpp"
#include "tests/simulation/simulation.hpp"

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
  ShopWorld& shops;
};

class Life {
 public:
  explicit Life(const Surroundings& around);
  ~Life();

  caf::scheduler::test_coordinator& scheduler() { return scheduler_; }
  actors::OrderGateway& gateway() { return gateway_; }
  actors::MemberGateway& member_gateway() { return member_gateway_; }
  const PlainSeal& seal() const { return seal_; }
  const actors::Metrics& metrics() const { return metrics_; }
  void change_pacing(RelayId relay, const Pacing& pacing) { engine_->change_pacing(relay, pacing); }
  std::int64_t waiting() const { return peers_.waiting.load(); }

 private:
  class Config : public caf::actor_system_config {
   public:
    Config();
  };

  actors::Services services(const Surroundings& around);
  std::optional<net::Mail> make_mail(const Surroundings& around, OrderNumber order, Notice notice,
                                     const Received& received, Timestamp at) const;

  Config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
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
