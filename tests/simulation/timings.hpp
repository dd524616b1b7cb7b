// Whether orders left in the order in which they were due, and whether they were promised an
// outcome just when one could be. The checker does its own sums.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "tests/simulation/worlds/memory_storage.hpp"
#include "tests/simulation/worlds/relay_world.hpp"

namespace spillway::simulation {

struct TimingEvidence {
  const MemoryJournal& journal;
  const std::map<RelayId, std::unique_ptr<RelayWorld>>& relays;
  const actors::Configuration& configuration;
  const std::vector<Timestamp>& starts;  // of the engine's lives
  bool alone = false;                    // no node can send anything
  bool paces_stay = false;               // nobody set another
};

// Of a run in which the engine was never busy for seconds, and the civil clock never wrong.
void check_timings(World& world, const TimingEvidence& evidence);

}  // namespace spillway::simulation
