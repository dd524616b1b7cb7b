// One run: the real actors of a first system under virtual time and a shuffled scheduler, crashed
// and restarted at will, in a world where things go wrong until a certain moment; then everything
// has to come to its end, and the promise is checked.
#pragma once

#include <map>
#include <memory>

#include <caf/scheduler/test_coordinator.hpp>

#include "tests/simulation/worlds/event_world.hpp"
#include "tests/simulation/worlds/mail_world.hpp"
#include "tests/simulation/worlds/memory_storage.hpp"
#include "tests/simulation/worlds/relay_world.hpp"
#include "tests/simulation/worlds/shop_world.hpp"
#include "tests/simulation/worlds/webhook_world.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

struct Summary {
  std::size_t orders = 0;
  std::size_t records = 0;
  std::size_t removed = 0;  // orders that left the journal
  std::size_t repeats_of_removed = 0;
  std::size_t asked_for_removed = 0;
  std::size_t approvals_of_removed = 0;
  std::size_t held_unlike = 0;     // answers that hold something else than was asked
  std::size_t no_verdicts = 0;     // first answers that say nothing
  std::size_t cases_resolved = 0;  // by a person
  std::size_t lists_shown = 0;
  std::size_t lists_refused = 0;
  std::size_t lives = 0;
  std::size_t steps = 0;
  std::size_t sent_on_loan = 0;  // of them at a rate that was lent
  std::size_t sent_by_nodes = 0;
  std::uint64_t fingerprint = 0;  // of the journal: equal runs have equal ones
  std::vector<std::string> broken;
  std::vector<std::string> story;
};

// One first system.
Summary simulate(std::uint64_t seed);
// Two first systems and four nodes; see cluster.cpp.
Summary simulate_cluster(std::uint64_t seed);

// ---- How actors are run, by chance and in virtual time. ----

void run_one_job(World& world, caf::scheduler::test_coordinator& scheduler);
MonotonicTime next_timer(caf::scheduler::test_coordinator& scheduler);
void advance_to(caf::scheduler::test_coordinator& scheduler, MonotonicTime now);

}  // namespace spillway::simulation
