#include "tests/simulation/scene.hpp"

namespace spillway::simulation {
namespace {

actors::Configuration configuration_of(const std::function<void(actors::RelaySettings&)>& set) {
  actors::Configuration configuration;
  for (const std::uint32_t id : {1U, 2U}) {
    actors::ShopSettings shop;
    shop.id = ShopId{id};
    configuration.shops.push_back(shop);
  }
  actors::RelaySettings relay;
  relay.id = RelayId{1};
  relay.name = "east";
  relay.companies = {CardCompany::visa};
  set(relay);
  configuration.relays.push_back(relay);
  return configuration;
}

}  // namespace

Scene::Scene(const std::function<void(actors::RelaySettings&)>& set)
    : system_(world_, configuration_of(set), relays_, nullptr) {
  world_.faults = false;
  relays_[RelayId{1}] =
      std::make_unique<RelayWorld>(world_, system_.configuration().relays.front());
  relay().decides = [](const auto&) { return ResponseCode("00"); };
  system_.start();
  run_until([this] { return metrics().line_up.value() == 1; });
}

std::size_t Scene::order(const std::string& card) {
  ShopWorld::Wish wish;
  wish.amount = next_amount_++;
  wish.company = CardCompany::visa;
  wish.card = card;
  return system_.shops().order(wish);
}

OrderNumber Scene::number(std::size_t wish) const {
  const auto& orders = system_.shops().wishes().at(wish).orders;
  return orders.empty() ? OrderNumber{} : *orders.begin();
}

const OrderState& Scene::state(std::size_t wish) const {
  static const OrderState none;
  const auto found = system_.views().rows().find(number(wish));
  return found == system_.views().rows().end() ? none : found->second.state;
}

void Scene::restart() {
  system_.stop();
  system_.start();
}

void Scene::step(MonotonicTime until) {
  auto& scheduler = *system_.scheduler();
  if (scheduler.has_job()) return run_one_job(world_, scheduler);
  if (world_.run_due()) return;
  MonotonicTime next = std::min(until, next_timer(scheduler));
  if (world_.has_event()) next = std::min(next, world_.next_event());
  next = std::max(next, world_.now());
  world_.set_now(next);
  advance_to(scheduler, next);
}

void Scene::run_for(Duration time) {
  const MonotonicTime end = world_.now() + time;
  while (world_.now() < end) step(end);
}

bool Scene::run_until(const std::function<bool()>& holds) {
  const MonotonicTime end = world_.now() + 24h;
  while (!holds()) {
    if (world_.now() >= end) return false;
    step(end);
  }
  return true;
}

}  // namespace spillway::simulation
