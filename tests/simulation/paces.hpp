// The paces of a run: what the relay centres are set to, what they are set to instead at some
// moment, and whether each kept to it.
#pragma once

#include <map>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "tests/simulation/worlds/relay_world.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

// Of any kind. Windows are of minutes and lie around the run's beginning, in a zone whose clock may
// be moved during it.
Pacing random_pacing(World& world);

class PaceBook {
 public:
  // From the beginning.
  void configured(RelayId relay, const Pacing& pacing) { changes_[relay] = {{{}, {}, pacing}}; }

  // Somebody asked for another: from then on it may hold. And was answered: it does.
  void asked(RelayId relay, MonotonicTime at, const Pacing& pacing) {
    changes_[relay].push_back({at, MonotonicTime::max(), pacing});
  }
  void answered(RelayId relay, MonotonicTime at) { changes_[relay].back().answered = at; }

  // Somebody set the civil clock: what was on its way then was sent by another hour.
  void clock_was_set(MonotonicTime at) { clock_set_.push_back(at); }

  // Nobody set another.
  bool stayed() const;

  // Never more than the rate in any second, and no authorization outside the window's hours.
  void check(World& world, const actors::RelaySettings& relay,
             const std::vector<Arrival>& arrivals) const;

 private:
  struct Change {
    MonotonicTime asked;
    MonotonicTime answered;
    Pacing pacing;
  };
  std::vector<Pacing> in_force(RelayId relay, MonotonicTime from, MonotonicTime to) const;

  std::map<RelayId, std::vector<Change>> changes_;
  std::vector<MonotonicTime> clock_set_;
};

}  // namespace spillway::simulation
