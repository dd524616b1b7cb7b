#include "actors/start/relay_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using Relays = std::vector<std::pair<std::uint16_t, std::string>>;

class RelayNames : public testing::Test {
 protected:
  // What a start says against this; empty: nothing.
  std::string start(const Relays& relays) {
    Configuration configuration;
    for (const auto& [id, name] : relays) {
      RelaySettings& relay = configuration.relays.emplace_back();
      relay.id = {id};
      relay.name = name;
    }
    const auto checked = check_relay_names(registry_, configuration);
    return checked ? "" : checked.error().message;
  }

  simulation::World world_{1};
  simulation::MemoryRegistry registry_{world_};
};

TEST_F(RelayNames, MayComeGoAndBeRenamed) {
  for (const Relays& relays :
       {Relays{{1, "east"}, {2, "west"}}, Relays{{1, "east"}}, Relays{{1, "east"}, {2, "west"}},
        Relays{{1, "orient"}, {2, "west"}}, Relays{{1, "orient"}, {2, "west"}, {3, "north"}},
        Relays{{2, "west"}, {4, "orient"}}, Relays{{4, "orient"}}})
    EXPECT_EQ(start(relays), "");
}

TEST_F(RelayNames, AreNotGivenAnothersNumber) {
  const Relays good{{1, "east"}, {2, "west"}};
  ASSERT_EQ(start(good), "");
  EXPECT_THAT(start({{1, "west"}, {2, "east"}}),
              HasSubstr("relay centre west had number 2 and has 1"));
  EXPECT_THAT(start({{1, "west"}}), HasSubstr("which is that of east"));
  EXPECT_THAT(start({{1, "north"}, {3, "east"}}), HasSubstr("relay centre north has number 1 now"));
  EXPECT_EQ(start(good), "") << "what was refused is not put down";
}

}  // namespace
}  // namespace spillway::actors
