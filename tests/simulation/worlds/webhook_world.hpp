// The shops' receivers of webhooks, as the simulation plays them: away at times, refusing, slow, or
// taking a delivery without anybody hearing of it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/telling/limits.hpp"
#include "engine/telling/webhook.hpp"
#include "net/webhook/webhook.hpp"
#include "net/webhook/webhook_signature.hpp"
#include "storage/registry/webhook_rows.hpp"
#include "tests/simulation/worlds/event_world.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class WebhookWorld {
 public:
  explicit WebhookWorld(World& world) : world_(world) {}

  // One webhook a shop, from before the first order.
  static void set_up(MemoryRegistry& registry) {
    using storage::RegistryTable;
    std::vector<storage::RegistryChange> changes;
    for (const std::uint32_t shop : {1U, 2U}) {
      Webhook webhook;
      webhook.shop = {shop};
      webhook.url = std::to_string(shop);
      webhook.secret = *WebhookSecret::from_bytes(secret_of({shop}));
      for (std::size_t i = 1; i < status_count; ++i) webhook.statuses.add(static_cast<Status>(i));
      const std::string id = "wh_" + std::to_string(shop);
      changes.push_back({RegistryTable::webhooks, id, storage::encode_webhook(webhook)});
      changes.push_back({RegistryTable::deliveries, storage::place_key(id),
                         storage::encode_place(RecordNumber{})});
    }
    registry.commit(changes);
  }

  net::WebhookPort& new_port() {
    ports_.push_back(std::make_unique<Port>(*this));
    return *ports_.back();
  }

  // What the shop's receiver took, at least once.
  const std::set<RecordNumber>& taken(ShopId shop) const {
    static const std::set<RecordNumber> none;
    const auto found = taken_.find(shop);
    return found == taken_.end() ? none : found->second;
  }

 private:
  class Port : public net::WebhookPort {
   public:
    explicit Port(WebhookWorld& receivers) : receivers_(receivers) {}
    void start(net::WebhookListener& listener) override { listener_ = &listener; }
    void stop() override { listener_ = nullptr; }
    void deliver(std::uint64_t id, net::WebhookDelivery delivery) override {
      if (!listener_) return;
      World& world = receivers_.world_;
      world.expect(++in_flight_ <= limits::webhook_deliveries_max, "too many deliveries at a time");
      world.after(world.between(1ms, 2s), [this, id, delivery = std::move(delivery)] {
        --in_flight_;
        const net::WebhookResult result = receivers_.take(delivery);
        if (listener_) listener_->on_result(id, result);
      });
    }

   private:
    WebhookWorld& receivers_;
    net::WebhookListener* listener_ = nullptr;
    std::size_t in_flight_ = 0;
  };

  static std::string secret_of(ShopId shop) {
    return std::string(WebhookSecret::size, static_cast<char>('a' + shop.value));
  }

  net::WebhookResult take(const net::WebhookDelivery& delivery) {
    using Kind = net::WebhookResult::Kind;
    const ShopId shop{static_cast<std::uint32_t>(std::stoul(delivery.url))};
    MonotonicTime& away_until = away_until_[shop];
    if (world_.now() < away_until) return {Kind::failed, 0, "away"};
    if (world_.fault(0.02)) away_until = world_.now() + world_.between(1s, 90s);
    if (world_.fault(0.02)) return {Kind::failed, 429, "too much", world_.between(0s, 120s)};
    if (world_.fault(0.1)) return {Kind::failed, 500, "refused"};
    world_.expect(
        delivery.signature == net::webhook_signature(secret_of(shop), delivery.id,
                                                     std::stoll(delivery.timestamp), delivery.body),
        "a delivery's signature is wrong");
    const auto record = EventWorld::ids().decode(delivery.id);
    world_.expect(record.has_value(), "a delivery has no event's id");
    if (record) taken_[shop].insert(*record);
    if (world_.fault(0.05)) return {Kind::failed, 0, "the answer was lost"};
    return {Kind::delivered, 200, {}};
  }

  World& world_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<ShopId, std::set<RecordNumber>> taken_;
  std::map<ShopId, MonotonicTime> away_until_;
};

}  // namespace spillway::simulation
