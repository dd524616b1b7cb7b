#include "storage/journal/lmdb_journal.hpp"

#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/order/limits.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

class LmdbJournalTest : public ::testing::Test {
 protected:
  std::unique_ptr<LmdbJournal> open(const LmdbJournal::Options& options = small_options()) {
    auto journal = LmdbJournal::open(folder_, keys_, options);
    EXPECT_TRUE(journal) << journal.error().message;
    return journal ? std::move(*journal) : nullptr;
  }
  std::string error_of_open() {
    const auto journal = LmdbJournal::open(folder_, keys_, small_options());
    return journal ? "" : journal.error().message;
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  fs::path folder_ = scratch_.path() / "journal";
};

TEST_F(LmdbJournalTest, NumbersRecordsFromOneWithoutGapsAcrossCommits) {
  const auto journal = open();
  EXPECT_EQ(journal->last().value, 0U);
  EXPECT_FALSE(journal->read({1}));
  const std::vector<Entry> first{received_entry("A"), received_entry("B")};
  const std::vector<Entry> second{received_entry("C")};
  const std::span<const Entry> groups[] = {first, second};
  EXPECT_EQ(journal->commit(groups).value, 1U);
  EXPECT_EQ(commit_one(*journal, received_entry("D")).value, 4U);
  EXPECT_EQ(journal->last().value, 4U);
  const auto third = journal->read({3});
  ASSERT_TRUE(third);
  EXPECT_EQ(third->number.value, 3U);
  EXPECT_EQ(third->event.order.value, 3U);
  EXPECT_EQ(std::get<Received>(third->event.fact).reference, "C");
  EXPECT_FALSE(journal->read({5}));
  EXPECT_FALSE(journal->read({0}));
}

TEST_F(LmdbJournalTest, KeepsEverythingAcrossReopening) {
  std::vector<StoredEvent> before;
  {
    const auto journal = open();
    std::vector<Entry> entries;
    for (int i = 0; i < 1'000; ++i) entries.push_back(received_entry("A-" + std::to_string(i), i));
    commit_all(*journal, entries);
    commit_one(*journal, make_entry({{17}, at_second(5'000), Sent{{1}, {1}, "ABCDEFGHIJKL", 9}}));
    before = read_all(*journal);
  }
  const auto journal = open();
  EXPECT_EQ(journal->last().value, 1'001U);
  const std::vector<StoredEvent> after = read_all(*journal);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].number, before[i].number);
    EXPECT_EQ(after[i].event, before[i].event);
  }
  EXPECT_EQ(commit_one(*journal, received_entry("Z")).value, 1'002U);
}

TEST_F(LmdbJournalTest, ReadsNoMoreThanAskedForAndNoMoreThanThereIs) {
  const auto journal = open();
  commit_all(*journal, {received_entry("A"), received_entry("B"), received_entry("C")});
  const struct {
    std::uint64_t from;
    std::size_t count;
    std::vector<std::uint64_t> numbers;
  } cases[] = {{1, 2, {1, 2}}, {2, 9, {2, 3}}, {3, 1, {3}}, {4, 9, {}}, {1, 0, {}}, {0, 1, {1}}};
  for (const auto& one : cases) {
    std::vector<StoredEvent> events;
    journal->read_from({one.from}, one.count, events);
    std::vector<std::uint64_t> numbers;
    for (const StoredEvent& stored : events) numbers.push_back(stored.number.value);
    EXPECT_EQ(numbers, one.numbers) << "from " << one.from << " count " << one.count;
  }
}

TEST_F(LmdbJournalTest, GivesCardsUntilTheirRecordTakesThemOut) {
  const auto journal = open();
  commit_all(*journal, {received_entry("A", 1), received_entry("B", 2), received_entry("C", 3)});
  const std::vector<OrderNumber> orders{{3}, {1}, {2}, {9}};
  auto cards = journal->cards(orders);
  ASSERT_EQ(cards.size(), 4U);
  EXPECT_EQ(cards[0], some_card(3));
  EXPECT_EQ(cards[1], some_card(1));
  EXPECT_EQ(cards[2], some_card(2));
  EXPECT_FALSE(cards[3]);

  Entry outcome = make_entry({{2}, at_second(9), Cancelled{}});
  outcome.erase_card = true;
  commit_one(*journal, outcome);
  cards = journal->cards(orders);
  EXPECT_TRUE(cards[0] && cards[1]);
  EXPECT_FALSE(cards[2]);
  commit_one(*journal, received_entry("D", 5));
  EXPECT_EQ(journal->cards(std::vector<OrderNumber>{{5}})[0], some_card(5));
}

TEST_F(LmdbJournalTest, RefusesASecondOpener) {
  const auto journal = open();
  const std::string sentence = "the data in " + folder_.string() +
                               " is in use by another process: is Spillway running there already?";
  EXPECT_EQ(error_of_open(), sentence);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(error_of_open() == sentence ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(LmdbJournalTest, RefusesAnotherMasterKeyAndFilesOpenToOthers) {
  commit_one(*open(), received_entry("A"));
  const auto other = Keyring::open(scratch_.path() / "other", std::string(64, 'b'));
  ASSERT_TRUE(other) << other.error().message;
  const auto journal = LmdbJournal::open(folder_, *other, small_options());
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().message.find("master key is another one"), std::string::npos);

  ASSERT_EQ(::chmod((folder_ / "data.mdb").c_str(), 0644), 0);
  EXPECT_NE(error_of_open().find("has mode 0644 and must have 0600"), std::string::npos);
}

TEST_F(LmdbJournalTest, DoesNotBeginAnewWhenItsFileIsLost) {
  commit_one(*open(), received_entry("A"));
  const std::string sentence =
      "the data in " + folder_.string() + " is gone: data.mdb is missing or empty";
  fs::resize_file(folder_ / "data.mdb", 0);
  EXPECT_EQ(error_of_open(), sentence);
  fs::remove(folder_ / "data.mdb");
  EXPECT_EQ(error_of_open(), sentence);
  EXPECT_FALSE(fs::exists(folder_ / "data.mdb"));
}

TEST_F(LmdbJournalTest, MakesItsFilesForTheOwnerOnly) {
  const auto journal = open();
  struct stat status {};
  for (const char* name : {"data.mdb", "lock.mdb", "lock", "made"}) {
    ASSERT_EQ(::stat((folder_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

// The child dies within a commit's entries: what it committed before is whole, and nothing else is
// there.
TEST_F(LmdbJournalTest, ForgetsABatchThatDiedInTheMiddleAndNothingElse) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = LmdbJournal::open(folder_, keys_, small_options());
    if (!journal) ::_exit(1);
    std::vector<Entry> entries(500, received_entry("A"));
    commit_all(**journal, entries);
    entries.resize(20'000, received_entry("B"));
    entries.push_back(make_entry({{999'999}, at_second(0), Cancelled{}}));  // stops the process
    ::close(STDERR_FILENO);
    commit_all(**journal, entries);
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  const auto journal = open();
  EXPECT_EQ(journal->last().value, 500U);
  EXPECT_EQ(read_all(*journal).size(), 500U);
  EXPECT_EQ(commit_one(*journal, received_entry("C")).value, 501U);
}

TEST_F(LmdbJournalTest, RefusesNewOrdersLongBeforeAFullMapAndStillTakesOutcomes) {
  const auto journal = open({.map_size = 8ULL << 20, .reserve = 4ULL << 20, .read_only = false});
  ASSERT_TRUE(journal->has_room_for_orders());
  std::vector<Entry> entries(100, received_entry("A"));
  while (journal->has_room_for_orders()) commit_all(*journal, entries);
  const std::uint64_t orders = journal->last().value;
  EXPECT_GT(orders, 5'000U);  // half of the map was for them
  std::vector<Entry> outcomes;
  for (std::uint64_t order = 1; order <= orders; ++order) {
    outcomes.push_back(make_entry({{order}, at_second(1), Sent{{1}, {1}, "ABCDEFGHIJKL", 9}}));
    outcomes.push_back(make_entry({{order}, at_second(2), Answered{{1}, "00", "A12345"}}));
    outcomes.back().erase_card = true;
    if (outcomes.size() < 200 && order != orders) continue;
    commit_all(*journal, outcomes);
    outcomes.clear();
  }
  EXPECT_EQ(journal->last().value, 3 * orders);
}

TEST_F(LmdbJournalTest, TakesDiskSpaceAheadAndReadsAFileLongerThanUsed) {
  const auto size = [&] { return fs::file_size(folder_ / "data.mdb"); };
  commit_one(*open(), received_entry("A"));
  EXPECT_GE(size(), small_options().reserve);
  const auto journal = open();
  EXPECT_EQ(journal->last().value, 1U);
  EXPECT_EQ(commit_one(*journal, received_entry("B")).value, 2U);
}

TEST_F(LmdbJournalTest, ServesReadersWhileItCommits) {
  const auto journal = open();
  commit_one(*journal, received_entry("A", 0));
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const RecordNumber last = journal->last();
        const auto stored = journal->read(last);
        ASSERT_TRUE(stored);
        ASSERT_EQ(stored->number, last);
        ASSERT_TRUE(journal->cards(std::vector<OrderNumber>{{last.value}})[0]);
        ++reads;
      }
    });
  }
  std::uint64_t size_at_half = 0;
  for (int i = 1; i <= 300 || reads < 300; ++i) {
    commit_one(*journal, received_entry("A", i));
    if (i == 150) size_at_half = fs::file_size(folder_ / "data.mdb");
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(fs::file_size(folder_ / "data.mdb"), size_at_half);
}

TEST_F(LmdbJournalTest, StopsTheProcessForARecordThatBreaksARule) {
  const auto journal = open();
  EXPECT_DEATH(commit_one(*journal, make_entry({{1}, at_second(0), Cancelled{}})),
               "belongs to no order before it");
  Entry entry = received_entry("A");
  entry.body.resize(limits::record_body_max + 1);
  EXPECT_DEATH(commit_one(*journal, entry), "a record is too long");
}

}  // namespace
}  // namespace spillway::storage
