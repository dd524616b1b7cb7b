// Many seeds of the simulation. A failing seed is printed and re-runs identically:
//   SPILLWAY_SEED=4711 build/release/test_simulation
// More of them, until one breaks:
//   SPILLWAY_SEEDS=100000 build/release/test_simulation
// On all processors, all that break: tests/simulation/run_seeds, which asks for ranges of seeds by
// SPILLWAY_SEED_FROM and SPILLWAY_SEED_END and reads what is said of each.
#include "tests/simulation/simulation.hpp"

#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "actors/base/log.hpp"

namespace spillway::simulation {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

#ifdef SPILLWAY_SANITIZED
constexpr std::uint64_t seeds_by_default = 100;
#else
constexpr std::uint64_t seeds_by_default = 1'000;
#endif
constexpr std::uint64_t parts = 10;  // so that CTest can run them side by side

// Every seed of a range.
void play_range(std::uint64_t from, Summary (*simulate_seed)(std::uint64_t)) {
  for (std::uint64_t seed = from; seed < number_from("SPILLWAY_SEED_END", 0); ++seed) {
    std::printf("playing %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);  // the process may end in it
    const Summary summary = simulate_seed(seed);
    if (!summary.broken.empty()) std::printf("broken %s\n", summary.broken.front().c_str());
    EXPECT_TRUE(summary.broken.empty()) << "seed " << seed;
  }
}

// The seeds of one part, until one of them breaks.
void hold_the_promise(std::uint64_t part, Summary (*simulate_seed)(std::uint64_t)) {
  actors::set_log_level(actors::LogLevel::error);
  if (const std::uint64_t from = number_from("SPILLWAY_SEED_FROM", 0); from != 0)
    return part == 0 ? play_range(from, simulate_seed) : void();
  const std::uint64_t only = number_from("SPILLWAY_SEED", 0);
  if (only != 0 && part != 0) return;
  const std::uint64_t seeds = only != 0 ? 1 : number_from("SPILLWAY_SEEDS", seeds_by_default);
  for (std::uint64_t seed = part + 1; seed <= seeds; seed += parts) {
    const std::uint64_t played = only != 0 ? only : seed;
    const Summary summary = simulate_seed(played);
    if (only != 0)
      for (const std::string& sentence : summary.story) std::puts(sentence.c_str());
    ASSERT_TRUE(summary.broken.empty()) << "seed " << played << ": " << summary.broken.front();
  }
}

class Simulation : public testing::TestWithParam<std::uint64_t> {};
TEST_P(Simulation, HoldsThePromise) {
  hold_the_promise(GetParam(), simulate);
}
INSTANTIATE_TEST_SUITE_P(Part, Simulation, testing::Range<std::uint64_t>(0, parts));

class ClusterSimulation : public testing::TestWithParam<std::uint64_t> {};
TEST_P(ClusterSimulation, HoldsThePromise) {
  hold_the_promise(GetParam(), simulate_cluster);
}
INSTANTIATE_TEST_SUITE_P(Part, ClusterSimulation, testing::Range<std::uint64_t>(0, parts));

TEST(SimulationItself, RunsASeedTwiceInTheSameWay) {
  for (const std::uint64_t seed : {3U, 17U, 99U}) {
    const Summary first = simulate(seed);
    const Summary second = simulate(seed);
    EXPECT_EQ(first.fingerprint, second.fingerprint);
    EXPECT_EQ(first.steps, second.steps);
  }
}

TEST(SimulationItself, MeetsCrashesAndManyOrders) {
  std::size_t orders = 0;
  std::size_t removed = 0;
  std::size_t lives = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Summary summary = simulate(seed);
    orders += summary.orders;
    removed += summary.removed;
    lives += summary.lives;
  }
  EXPECT_GT(orders, 400U);
  EXPECT_GT(removed, 50U);
  EXPECT_GT(lives, 30U);
}

TEST(SimulationItself, MeetsOrdersThatHaveLeftInEveryWay) {
  Summary sum;
  const auto met = [&sum] {
    return sum.repeats_of_removed > 10 && sum.asked_for_removed > 10 &&
           sum.approvals_of_removed > 0;
  };
  for (std::uint64_t seed = 1; seed <= 400 && !met(); ++seed) {
    const Summary summary = simulate(seed);
    sum.repeats_of_removed += summary.repeats_of_removed;
    sum.asked_for_removed += summary.asked_for_removed;
    sum.approvals_of_removed += summary.approvals_of_removed;
  }
  EXPECT_TRUE(met()) << sum.repeats_of_removed << ' ' << sum.asked_for_removed << ' '
                     << sum.approvals_of_removed;
}

TEST(SimulationItself, MeetsAnswersThatAreNoPlainYesOrNo) {
  Summary sum;
  const auto met = [&sum] {
    return sum.held_unlike > 20 && sum.no_verdicts > 20 && sum.cases_resolved > 3;
  };
  for (std::uint64_t seed = 1; seed <= 200 && !met(); ++seed) {
    const Summary summary = simulate(seed);
    sum.held_unlike += summary.held_unlike;
    sum.no_verdicts += summary.no_verdicts;
    sum.cases_resolved += summary.cases_resolved;
  }
  EXPECT_TRUE(met()) << sum.held_unlike << ' ' << sum.no_verdicts << ' ' << sum.cases_resolved;
}

TEST(SimulationItself, MeetsListsWhileTheViewsAreBehind) {
  std::size_t shown = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 400 && (shown < 100 || refused == 0); ++seed) {
    const Summary summary = simulate(seed);
    shown += summary.lists_shown;
    refused += summary.lists_refused;
  }
  EXPECT_GE(shown, 100U);
  EXPECT_GT(refused, 0U);
}

TEST(SimulationItself, SendsMuchByNodes) {
  std::size_t orders = 0;
  std::size_t sent_by_nodes = 0;
  std::size_t sent_on_loan = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Summary summary = simulate_cluster(seed);
    orders += summary.orders;
    sent_by_nodes += summary.sent_by_nodes;
    sent_on_loan += summary.sent_on_loan;
  }
  EXPECT_GT(orders, 200U);
  EXPECT_GT(sent_by_nodes, orders / 3);
  EXPECT_GT(sent_on_loan, orders / 20);
}

TEST(SimulationItself, RunsAClusterTwiceInTheSameWay) {
  for (const std::uint64_t seed : {3U, 17U}) {
    const Summary first = simulate_cluster(seed);
    const Summary second = simulate_cluster(seed);
    EXPECT_EQ(first.fingerprint, second.fingerprint);
    EXPECT_EQ(first.steps, second.steps);
  }
}

}  // namespace
}  // namespace spillway::simulation
