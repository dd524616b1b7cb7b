#include "loadtest/scenario/scenario.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "loadtest/run/prove.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

const std::string whole = R"(
name = "A day"
seed = 7
thresholds = ["accept.p99 < 15ms", "lost == 0"]
[target]
connections = 32
[arrivals]
shape = "spike"
spacing = "even"
rate = 100
spike_rate = 1000
spike_at = "5s"
spike_hold = "2s"
duration = "10s"
[mix]
guests = 0.5
[mix.cards]
usable = 0.9
unusable = 0.1
[topology]
shops = 3
[[topology.relays]]
name = "east"
pace = 50
[[timeline]]
at = "3s"
do = "freeze"
what = "east"
)";

TEST(Scenario, IsReadWhole) {
  const auto scenario = parse_scenario(whole, "a.toml");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->name, "A day");
  EXPECT_EQ(scenario->seed, 7U);
  EXPECT_EQ(scenario->duration(), 10s);
  EXPECT_DOUBLE_EQ(scenario->profile().total(), 8 * 100 + 2 * 1000);
  EXPECT_DOUBLE_EQ(scenario->mix.cards[1], 0.1);
  ASSERT_TRUE(scenario->topology);
  EXPECT_EQ(scenario->topology->relays.at(0).name, "east");
  ASSERT_EQ(scenario->timeline.size(), 1U);
  EXPECT_EQ(scenario->timeline[0].act, Act::freeze);
  EXPECT_EQ(scenario->thresholds.size(), 2U);
}

struct Flaw {
  const char* from;
  const char* to;
  const char* sentence;
};
const Flaw flaws[] = {
    {"seed = 7", "sead = 7", "a.toml:3: sead: is not a key here; did you mean seed?"},
    {"name = \"A day\"", "", "a.toml: name: is missing"},
    {"\"spike\"", "\"spikes\"",
     "a.toml:8: arrivals.shape: must be one of constant, ramp, stairs, spike, daily, replay, "
     "closed"},
    {"rate = 100\n", "rate = -1\n", "a.toml:10: arrivals.rate: must be between 0.001 and 10000000"},
    {"rate = 100\n", "rate = \"fast\"\n", "a.toml:10: arrivals.rate: must be a number"},
    {"\"10s\"", "\"6s\"",
     "a.toml:12: arrivals.spike_at: does not fit: the spike ends after the duration"},
    {"guests = 0.5", "guests = 1.5", "a.toml:16: mix.guests: must be between 0 and 1"},
    {"unusable = 0.1", "unusable = 0.2", "a.toml:17: mix.cards: the shares must be 1 in sum"},
    {"unusable = 0.1", "stolen = 0.1",
     "a.toml:17: mix.cards: the shares must be 1 in sum\n"
     "a.toml:19: mix.cards.stolen: is not a key here"},
    {"\"freeze\"", "\"thraw\"",
     "a.toml:27: timeline[0].do: must be one of kill, stop, restart, freeze, thaw, cut, mend, "
     "drain, pace"},
    {"what = \"east\"", "what = \"west\"",
     "a.toml:28: timeline[0].what: is neither a first system, a relay nor a node of the topology"},
    {"\"freeze\"\nwhat = \"east\"", "\"cut\"\nwhat = \"system\"",
     "a.toml:28: timeline[0].what: is a first system: what is cut is the cable of a relay or a "
     "node"},
    {"\"freeze\"", "\"drain\"", "a.toml:28: timeline[0].what: is no node: only a node is drained"},
    {"\"freeze\"", "\"pace\"", "a.toml:25: timeline[0].pace: is missing"},
    {"[[timeline]]", "[[topology.nodes]]\nname = \"east\"\n[[timeline]]",
     "a.toml:26: topology.nodes[0].name: is taken by another part of the topology"},
    {"[[timeline]]", "[[topology.nodes]]\nname = \"Tokyo\"\n[[timeline]]",
     "a.toml:26: topology.nodes[0].name: may have a-z, 0-9 and -"},
    {"[[timeline]]", "[[topology.nodes]]\nname = \"tokyo\"\nrelays = [\"west\"]\n[[timeline]]",
     "a.toml:27: topology.nodes[0].relays: west is no relay of the topology"},
    {"[topology]\nshops = 3\n[[topology.relays]]\nname = \"east\"\npace = 50\n[[timeline]]\nat = "
     "\"3s\"\ndo = \"freeze\"\nwhat = \"east\"",
     "[audit]\nmails = true",
     "a.toml:21: audit.mails: needs a [topology]: another system's mails go where it was told"},
    {"< 15ms", "< 15", "a.toml:4: thresholds[0]: 15 is no time like 15ms"},
    {"< 15ms\"", "< 15ms during 5s..15s\"",
     "a.toml:4: thresholds: accept.p99 < 15ms during 5s..15s: ends after the last arrival"},
    {"[mix]", "[mix", "a.toml:15: "},
};

TEST(Scenario, IsRefusedWithFileLineAndKey) {
  for (const Flaw& flaw : flaws) {
    std::string text = whole;
    const std::size_t at = text.find(flaw.from);
    ASSERT_NE(at, std::string::npos) << flaw.from;
    text.replace(at, std::string(flaw.from).size(), flaw.to);
    const auto scenario = parse_scenario(text, "a.toml");
    ASSERT_FALSE(scenario) << flaw.to;
    EXPECT_TRUE(scenario.error().message.starts_with(flaw.sentence)) << scenario.error().message;
  }
}

TEST(Scenario, CanBeShortened) {
  auto scenario = parse_scenario(whole, "a.toml");
  ASSERT_TRUE(scenario) << scenario.error().message;
  scenario->thresholds.push_back(*Threshold::parse("accept.p99 < 15ms during 5s..7s"));
  const Scenario half = scenario->shortened(0.5);
  EXPECT_EQ(half.duration(), 5s);
  EXPECT_DOUBLE_EQ(half.profile().total(), scenario->profile().total() / 2);
  EXPECT_EQ(half.timeline.front().at, 1500ms);
  EXPECT_EQ(half.thresholds.back().window_end(), 3500ms);
}

TEST(Scenario, OfTheLibraryIsRight) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(SPILLWAY_SOURCE_DIR) / "loadtest/scenarios")) {
    const auto scenario = read_scenario(entry.path().string());
    EXPECT_TRUE(scenario) << scenario.error().message;
    ++count;
  }
  EXPECT_GE(count, 7U);
}

TEST(Scenario, OfAProofHasTheOrdersThatWereAskedFor) {
  for (const std::uint64_t orders : {2'000U, 1'000'000U}) {
    const auto scenario = parse_scenario(
        prove_scenario({.orders = orders, .rate = static_cast<double>(orders) / 20}), "prove");
    ASSERT_TRUE(scenario) << scenario.error().message;
    EXPECT_NEAR(scenario->profile().total(), static_cast<double>(orders),
                static_cast<double>(orders) * 0.02);
  }
}

}  // namespace
}  // namespace spillway::loadtest
