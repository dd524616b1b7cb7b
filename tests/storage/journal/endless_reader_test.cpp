// Somebody else's process reads the journal and never ends: LMDB may then use no page again that
// was freed after that reader began, so the file only grows.
#include <array>

#include <lmdb.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/lmdb/reader_watch.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

// In the child: holds a snapshot until it is killed. Says a byte when it has it.
[[noreturn]] void read_for_ever(const std::filesystem::path& folder, int tell) {
  MDB_env* environment = nullptr;
  MDB_txn* transaction = nullptr;
  const bool holds = mdb_env_create(&environment) == MDB_SUCCESS &&
                     mdb_env_set_maxdbs(environment, 16) == MDB_SUCCESS &&
                     mdb_env_open(environment, folder.c_str(), MDB_RDONLY, 0600) == MDB_SUCCESS &&
                     mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction) == MDB_SUCCESS;
  if (!holds || ::write(tell, "r", 1) != 1) ::_exit(1);
  while (true) ::pause();
}

class EndlessReader : public ::testing::Test {
 protected:
  std::unique_ptr<LmdbJournal> open() {
    auto journal = LmdbJournal::open(folder_, keys_, options());
    EXPECT_TRUE(journal) << journal.error().message;
    return journal ? std::move(*journal) : nullptr;
  }
  static LmdbJournal::Options options() {
    return {.map_size = 16ULL << 20, .reserve = 6ULL << 20, .read_only = false};
  }
  // Gives the child's id once it reads.
  pid_t start_reader() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) read_for_ever(folder_, pipe[1]);
    ::close(pipe[1]);
    char told = 0;
    EXPECT_EQ(::read(pipe[0], &told, 1), 1) << "the reader did not begin";
    ::close(pipe[0]);
    return child;
  }

  static std::vector<Entry> cancels(std::uint64_t from, std::uint64_t end) {
    std::vector<Entry> entries;
    for (std::uint64_t order = from; order < end; ++order) {
      entries.push_back(make_entry({{order}, at_second(1), Cancelled{}}));
      entries.back().erase_card = true;
    }
    return entries;
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  std::filesystem::path folder_ = journal_folder(scratch_.path());
};

TEST_F(EndlessReader, StopsNewOrdersAndNotTheOutcomesOfOldOnes) {
  constexpr std::uint64_t open_orders = 2'000;
  auto journal = open();
  ASSERT_TRUE(journal);
  commit_all(*journal, std::vector<Entry>(open_orders, received_entry("A")));
  const pid_t reader = start_reader();
  std::uint64_t taken = 0;
  while (journal->has_room_for_orders()) {
    const RecordNumber first = commit_all(*journal, std::vector<Entry>(50, received_entry("B")));
    commit_all(*journal, cancels(first.value, first.value + 50));
    taken += 50;
  }
  EXPECT_GT(taken, 1'000U);
  for (std::uint64_t order = 1; order <= open_orders; order += 100)
    commit_all(*journal, cancels(order, order + 100));
  const std::uint64_t last = journal->last().value;
  EXPECT_EQ(last, 2 * open_orders + 2 * taken);

  ::kill(reader, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(reader, &status, 0), reader);
  journal.reset();
  journal = open();
  ASSERT_TRUE(journal);
  EXPECT_EQ(read_all(*journal).size(), last);
}

TEST_F(EndlessReader, ShowsItsAgeAndItsCostUntilItIsGone) {
  auto journal = open();
  ASSERT_TRUE(journal);
  const auto grow = [&](int commits) {
    for (int i = 0; i < commits; ++i)
      commit_all(*journal, std::vector<Entry>(1, received_entry("A")));
  };
  grow(100);
  ReaderWatch watch({&journal->environment()});
  const auto look = [&](int second) {
    return watch.look(MonotonicTime(std::chrono::seconds(second))).at(0);
  };
  const std::size_t used = look(0).used;
  EXPECT_GT(used, 0U);
  const pid_t reader = start_reader();
  EXPECT_EQ(look(100).reader_age, Duration::zero()) << "the newest snapshot holds nothing back";
  grow(1);
  EXPECT_EQ(look(110).reader_age, Duration::zero()) << "it is outdated from this look on";
  grow(100);
  const DataFileUse held = look(170);
  EXPECT_EQ(held.reader_age, std::chrono::seconds(60));
  EXPECT_GT(held.grown, 100 * journal->environment().page_size());
  EXPECT_EQ(held.dead_readers, 0U);

  ::kill(reader, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(reader, &status, 0), reader);
  const DataFileUse gone = look(180);
  EXPECT_EQ(gone.dead_readers, 1U);
  EXPECT_EQ(gone.reader_age, Duration::zero());
  EXPECT_EQ(gone.grown, 0U);
  grow(20);
  EXPECT_EQ(look(190).used, gone.used) << "what was held back is used again";
  EXPECT_EQ(look(200).dead_readers, 0U);
}

}  // namespace
}  // namespace spillway::storage
