// The paces of a run: what the relay centres are set to, what they are set to instead at some
// moment, and whether each kept to it.
#pragma once

#include <map>
#include <vector>

#include "actors/configuration.hpp"
#include "tests/simulation/relay_world.hpp"
#include "tests/simulation/world.hpp"

namespace spillway::simulation {

// Of any kind. Windows are of minutes and lie around the run's beginning, in a zone whose clock may
// be moved during it.
Pacing random_pacing(World& world);

class PaceBook {
 public:
  void note(RelayId relay, MonotonicTime at, const Pacing& pacing) {
    changes_[relay].push_back({at, pacing});
  }

  // Never more than the rate in any second, and no authorization outside the window's hours.
  void check(World& world, const actors::RelaySettings& relay,
             const std::vector<Arrival>& arrivals) const;

 private:
  struct Change {
    MonotonicTime at;
    Pacing pacing;
  };
  std::vector<Pacing> in_force(RelayId relay, MonotonicTime from, MonotonicTime to) const;

  std::map<RelayId, std::vector<Change>> changes_;
};

}  // namespace spillway::simulation
