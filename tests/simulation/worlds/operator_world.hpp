// The operator of the simulation: sets other paces and other ways of sharing work while the system
// runs, takes them back, and asks again when a crash took the answer. Stands between the engine's
// answers and the shops.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "tests/simulation/paces.hpp"
#include "tests/simulation/worlds/shop_world.hpp"

namespace spillway::simulation {

class Life;

class OperatorWorld : public net::ApiAnswers {
 public:
  OperatorWorld(World& world, const actors::Configuration& configuration, ShopWorld& shops,
                PaceBook& paces)
      : world_(world), configuration_(configuration), shops_(shops), paces_(paces) {}

  // A new life of the engine is there, or none is.
  void connect(Life* life);

  // Sets `count` paces over a while, those of one relay centre one after the other.
  void plan(std::size_t count, Duration over);

  // Sets how the work of a relay centre is shared; nothing: as configured.
  void share(RelayId relay, std::optional<Sharing> sharing);

  void answer(std::vector<net::ApiAnswer> batch) override;

 private:
  // Nothing set: as configured.
  struct Wish {
    bool of_sharing = false;
    std::optional<Pacing> pacing{};
    std::optional<Sharing> sharing{};
    bool asked = false;  // once at least

    bool sets() const { return pacing || sharing; }
  };

  void wish(RelayId relay, Wish wish);
  void ask(RelayId relay);
  void ask_pace(RelayId relay, Wish& wish, net::ControlRequest& request);
  void ask_sharing(RelayId relay, Wish& wish, net::ControlRequest& request);
  void check_sharings() const;
  void take(const net::ApiAnswer& answer);

  World& world_;
  const actors::Configuration& configuration_;
  ShopWorld& shops_;
  PaceBook& paces_;
  Life* life_ = nullptr;
  std::map<RelayId, std::deque<Wish>> wishes_;          // the first is asked, or about to be
  std::map<std::uint64_t, RelayId> open_;               // by the ticket's connection
  std::map<RelayId, std::optional<Sharing>> sharings_;  // that were answered, none asked since
  std::uint64_t next_connection_ = 1;
};

}  // namespace spillway::simulation
