// A run that is written down: one first system, one relay centre that says what the test says, and
// nothing that goes wrong by itself.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/simulation/worlds/relay_world.hpp"
#include "tests/simulation/worlds/system_world.hpp"

namespace spillway::simulation {

class Scene {
 public:
  explicit Scene(const std::function<void(actors::RelaySettings&)>& set = [](auto&) {});
  ~Scene() { system_.stop(); }

  World& world() { return world_; }
  RelayWorld& relay() { return *relays_.at(RelayId{1}); }
  SystemWorld& system() { return system_; }
  const actors::RelayMetrics& metrics() { return system_.life().metrics().relays.front(); }

  // An order of a card that nobody else has; its place among the wishes.
  std::size_t order(const std::string& card = "4242424242424242");
  // Its number, once it was accepted.
  OrderNumber number(std::size_t wish) const;
  const OrderState& state(std::size_t wish) const;  // as the views have it
  void cancel(std::size_t wish) { system_.shops().cancel(number(wish)); }

  void restart();

  // Everything that happens in this time.
  void run_for(Duration time);
  // Until it holds; false when it does not within a day.
  bool run_until(const std::function<bool()>& holds);

 private:
  void step(MonotonicTime until);

  World world_{1};
  std::map<RelayId, std::unique_ptr<RelayWorld>> relays_;
  SystemWorld system_;
  std::int64_t next_amount_ = 1000;
};

}  // namespace spillway::simulation
