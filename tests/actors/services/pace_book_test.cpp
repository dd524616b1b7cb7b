#include "actors/services/pace_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/documents/relay_json.hpp"
#include "storage/registry/pace_rows.hpp"
#include "storage/registry/sharing_rows.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::actors {
namespace {

using storage::RegistryTable;
using testing::HasSubstr;

constexpr Timestamp opening{std::chrono::seconds(1'800'000'000)};

class PaceBookTest : public testing::Test {
 protected:
  PaceBookTest() {
    RelaySettings& east = configuration_.relays.emplace_back();
    east.id = {1};
    east.name = "east";
    east.pacing = {.kind = PacingKind::paced, .per_second = 5};
    RelaySettings& west = configuration_.relays.emplace_back();
    west.id = {2};
    west.name = "west";
  }

  void commit(std::string key, std::string value, RegistryTable table = RegistryTable::paces) {
    const storage::RegistryChange change{table, std::move(key), std::move(value)};
    registry_.commit({&change, 1});
  }
  void share(RelayId relay, const Sharing& sharing) {
    commit(storage::sharing_row_key(relay), storage::encode_sharing({relay, sharing, opening}),
           RegistryTable::sharings);
  }
  void put(RelayId relay, const PacingText& pacing) {
    commit(storage::pace_row_key(relay), storage::encode_pace({relay, pacing, opening}));
  }

  simulation::World world_{1};
  simulation::MemoryRegistry registry_{world_};
  Configuration configuration_;
};

TEST_F(PaceBookTest, LetsWhatWasSetWinOverTheConfiguration) {
  put({2}, {"batch", 50, 500, "10m", {}, {}, {}});
  put({9}, {"paced", 1, {}, {}, {}, {}, {}});  // is not configured any more
  auto book = PaceBook::open(configuration_, registry_);
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->set_pace({1}), nullptr);
  EXPECT_EQ(book->in_force(configuration_.relays[0]), configuration_.relays[0].pacing);
  ASSERT_NE(book->set_pace({2}), nullptr);
  EXPECT_EQ(book->set_pace({2})->at, opening);
  EXPECT_EQ(book->in_force(configuration_.relays[1]).batch, (Batch{500, 10min}));
  EXPECT_EQ(book->in_force(configuration_.relays[1]).per_second, 50);
  book->take_back({2});
  EXPECT_EQ(book->in_force(configuration_.relays[1]), Pacing{});
}

TEST_F(PaceBookTest, LetsASharingThatWasSetWinToo) {
  const Sharing remote{.mode = SharingMode::remote};
  share({2}, remote);
  share({9}, remote);  // is not configured any more
  auto book = PaceBook::open(configuration_, registry_);
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->set_sharing({1}), nullptr);
  EXPECT_EQ(book->sharing_in_force(configuration_.relays[0]), configuration_.relays[0].sharing);
  ASSERT_NE(book->set_sharing({2}), nullptr);
  EXPECT_EQ(book->set_sharing({2})->at, opening);
  EXPECT_EQ(book->sharing_in_force(configuration_.relays[1]), remote);
  EXPECT_EQ(book->set_pace({2}), nullptr);
  book->take_sharing_back({2});
  EXPECT_EQ(book->sharing_in_force(configuration_.relays[1]), configuration_.relays[1].sharing);
  commit(storage::sharing_row_key({1}), "nonsense", RegistryTable::sharings);
  EXPECT_FALSE(PaceBook::open(configuration_, registry_));
}

TEST_F(PaceBookTest, StartsByNoOtherPaceThanTheOneThatWasSet) {
  put({1}, {"window", {}, {}, {}, "23:00", "05:00", "Atlantis/Harbour"});
  const auto book = PaceBook::open(configuration_, registry_);
  ASSERT_FALSE(book);
  EXPECT_THAT(book.error().message, HasSubstr("relay centre east cannot hold any more"));
  commit(storage::pace_row_key({1}), "nonsense");
  EXPECT_FALSE(PaceBook::open(configuration_, registry_));
}

TEST_F(PaceBookTest, IsShownToPeopleWithWhatHolds) {
  put({2}, {"window", 0.5, {}, {}, "23:00", "05:00", {}});
  share({2}, {.waiting_max = 100, .wait_max = 50ms, .only_excess = false});
  const auto book = PaceBook::open(configuration_, registry_);
  ASSERT_TRUE(book) << book.error().message;
  Metrics metrics(configuration_, [] { return opening; });
  metrics.relays[0].line_up.set(1);
  metrics.relays[0].rate_millihertz.set(4'500);
  metrics.relays[1].line_trouble.set_down(opening, "the sign-on was refused");
  metrics.relays[1].line_trouble.set_down(opening + std::chrono::hours(1), "nobody listens");
  metrics.relays[1].authorization.length.set(3);
  metrics.relays[1].authorization.set_oldest(opening - std::chrono::milliseconds(1'500));
  const std::string json = relays_json(configuration_, metrics, *book, opening);
  const auto text = relays_text(json);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, HasSubstr("    1  east                 up                 4.5  0  "));
  EXPECT_THAT(*text, HasSubstr("  spill 20ms    5 a second (as configured)\n"));
  EXPECT_THAT(*text,
              HasSubstr("    2  west                 down                 -  3 (oldest 1.5 s)"));
  EXPECT_THAT(*text,
              HasSubstr("\n       down since 2027-01-15T08:00:00.000000Z: nobody listens\n"));
  EXPECT_THAT(json, HasSubstr(R"("name":"east","sandbox":false,"line_up":true,"down_since":null)"));
  EXPECT_THAT(json, HasSubstr(R"("down_since":"2027-01-15T08:00:00.000000Z")"));
  EXPECT_THAT(json, HasSubstr(R"("reason":"nobody listens")"));
  const std::string of_west =
      "23:00 to 05:00 UTC, 0.5 a second (set 2027-01-15T08:00:00.000000Z; configured: at once)\n";
  EXPECT_THAT(*text, HasSubstr(of_west));
  const auto one =
      relay_pace_text(relay_json(configuration_.relays[1], metrics.relays[1], *book, opening));
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(*one, "west: " + of_west);
  const auto shared =
      relay_sharing_text(relay_json(configuration_.relays[1], metrics.relays[1], *book, opening));
  ASSERT_TRUE(shared) << shared.error().message;
  EXPECT_EQ(*shared,
            "west: spill 50ms or 100 waiting, then all (set 2027-01-15T08:00:00.000000Z; "
            "configured: spill 20ms)\n");
  for (const char* other : {"", "hello", "[]", "{}", R"({"relays": [{"id": 1}]})"}) {
    EXPECT_FALSE(relays_text(other)) << other;
    EXPECT_FALSE(relay_pace_text(other)) << other;
    EXPECT_FALSE(relay_sharing_text(other)) << other;
  }
}

}  // namespace
}  // namespace spillway::actors
