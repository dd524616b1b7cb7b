// Numbers that a restored journal passes over.
#include "storage/base/restored_numbers.hpp"

#include "engine/base/limits.hpp"
#include "tests/storage/fixtures/removal_fixture.hpp"

namespace spillway::storage {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp in_2030{std::chrono::seconds(1'900'000'000)};

std::uint64_t next_of(std::uint64_t last, Timestamp last_at, Timestamp now) {
  const auto next = restored_next({last}, last_at, now);
  EXPECT_TRUE(next) << next.error().message;
  return next ? next->value : 0;
}

TEST(RestoredNumbers, AreAboveAllThatASystemCanHaveWrittenSinceTheCopy) {
  for (const Duration age : {Duration(0), Duration(1s), Duration(1h), Duration(24h),
                             Duration(30 * 24h), Duration(2 * 365 * 24h)}) {
    const auto seconds = static_cast<std::uint64_t>(age / 1s);
    const auto fast = std::min<std::uint64_t>(seconds, 86'400) * lost_records_fast;
    for (const std::uint64_t last : {0ULL, 1'000ULL, 300'000'000'000ULL})
      EXPECT_GT(next_of(last, in_2030 - age, in_2030), last + fast) << last;
  }
}

// Two copies of one system, restored one after the other: what is given out after the first
// restore, at any rate below restored_clock_rate, lies below what is given out after the second.
TEST(RestoredNumbers, RiseFromRestoreToRestoreWhateverTheCopy) {
  const struct {
    std::uint64_t first_copy;
    std::uint64_t second_copy;
  } copies[] = {{1'000, 1'000}, {5'000'000, 1'000}, {1'000, 5'000'000}};
  for (const auto& each : copies) {
    const std::uint64_t first = next_of(each.first_copy, in_2030 - 48h, in_2030);
    const std::uint64_t second = next_of(each.second_copy, in_2030 - 24h, in_2030 + 24h);
    EXPECT_GT(second, first + 86'400 * (restored_clock_rate - 1));
  }
}

TEST(RestoredNumbers, OfAClockThatWentBackAreStillAboveTheCopy) {
  EXPECT_GT(next_of(1'000, in_2030 + 24h, in_2030), 1'000U);
  EXPECT_GT(next_of(1'000, Timestamp(), Timestamp()), 1'000U);
}

TEST(RestoredNumbers, ThatDoNotSufficeAreRefused) {
  const auto next = restored_next({limits::order_number_max - 5}, in_2030, in_2030);
  ASSERT_FALSE(next);
  EXPECT_NE(next.error().message.find("numbers end at"), std::string::npos);
}

class RestoredJournal : public RemovalTest {
 protected:
  void go_on_from(std::uint64_t next) {
    ASSERT_TRUE(journal_->go_on_from({next}, at_second(50)));
    start();
  }
};

TEST_F(RestoredJournal, GoesOnWhereItIsToldAndIsWhole) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t end = journal_->last().value;
  go_on_from(1'000'000);
  EXPECT_EQ(journal_->last().value, end);
  const std::uint64_t b = open_order("B");
  EXPECT_EQ(b, 1'000'000U);
  const std::uint64_t c = authorized("C");
  EXPECT_EQ(c, 1'000'001U);
  EXPECT_EQ(read_all(*journal_).size(), end + 5);
  EXPECT_EQ(journal_->link_of({b}).first.value, b);
  project();
  EXPECT_EQ(shown().listed, (std::vector<OrderNumber>{{c}, {b}, {a}}));
  EXPECT_EQ(verify_error(), "");
  EXPECT_EQ(report_.orders, 3U);
  start();
  EXPECT_EQ(open_order("D"), c + 4);
}

TEST_F(RestoredJournal, KnowsWhichNumbersWereItsOwn) {
  authorized("A");
  const std::uint64_t end = journal_->last().value;
  EXPECT_FALSE(journal_->was_given({end + 1}));
  go_on_from(1'000);
  EXPECT_FALSE(journal_->was_given({end + 1}));
  open_order("B");
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, end, std::uint64_t{1'000}})
    EXPECT_TRUE(journal_->was_given({number})) << number;
  for (const std::uint64_t number : {end + 1, std::uint64_t{999}, std::uint64_t{1'001}})
    EXPECT_FALSE(journal_->was_given({number})) << number;
  EXPECT_FALSE(journal_->read({999}));
}

TEST_F(RestoredJournal, MayBeRestoredAgain) {
  open_order("A");
  go_on_from(1'000);
  go_on_from(900);  // before anything was written: as far as it was
  EXPECT_EQ(open_order("B"), 1'000U);
  go_on_from(5'000);
  EXPECT_EQ(open_order("C"), 5'000U);
  EXPECT_FALSE(journal_->was_given({1'001}));
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RestoredJournal, LetsOrdersLeaveOnBothSides) {
  const std::uint64_t a = authorized("A");
  go_on_from(1'000);
  const RecordNumber removal = remove({a});
  EXPECT_EQ(removal.value, 1'000U);
  const std::uint64_t b = authorized("B");
  remove({b});
  EXPECT_EQ(verify_error(), "");
  EXPECT_EQ(report_.removed_orders, 2U);
}

TEST_F(RestoredJournal, IsDamagedWhereItsGapIsNotAsItWas) {
  open_order("A");
  go_on_from(1'000);
  open_order("B");
  std::string bytes(8, '\0');
  bytes[6] = 0x03;  // 1,000, big-endian, as the row `restored` has it
  bytes[7] = static_cast<char>(0xE8);
  std::string time(8, '\0');
  const auto at = static_cast<std::uint64_t>(at_second(50).time_since_epoch().count());
  for (int i = 0; i < 8; ++i) time[7 - i] = static_cast<char>(at >> (8 * i));
  stop();
  flip(bytes + time);
  EXPECT_EQ(verify_error(),
            "the journal is damaged: what it knows of its restoring has a wrong checksum");
}

}  // namespace
}  // namespace spillway::storage
