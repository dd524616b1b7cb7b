#include "storage/folder/backup.hpp"

#include <fstream>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/inspect/verify.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

const std::string master(64, 'a');

class BackupTest : public ::testing::Test {
 protected:
  static Entry order(const Keyring& keys, const char* reference) {
    CardDetails card;
    card.number = CardNumber::from("4242424242424242").value();
    card.expiry = {2028, 12};
    Entry entry = received_entry(reference);
    entry.card = CardVault(keys).seal(card, {7});
    return entry;
  }

  // Commits an order for each reference, and calls `between` before the last.
  static void write(const fs::path& folder, const std::vector<const char*>& references,
                    const std::function<void()>& between) {
    const Keyring keys = test_keys(folder);
    auto journal = LmdbJournal::open(journal_folder(folder), keys, small_options());
    ASSERT_TRUE(journal) << journal.error().message;
    for (const char* reference : references) {
      if (reference == references.back()) between();
      commit_one(**journal, order(keys, reference));
    }
  }

  fs::path data() const { return scratch_.path() / "data"; }
  fs::path copy() const { return scratch_.path() / "copy"; }

  static std::uint64_t orders_in(const fs::path& folder) {
    const auto report = verify(folder, master);
    EXPECT_TRUE(report) << report.error().message;
    return report ? report->orders : 0;
  }

  ScratchFolder scratch_;
};

// In a process of its own, as the command is: LMDB lets none open a file twice.
void back_up_elsewhere(const fs::path& data, const fs::path& copy) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(back_up(data, copy, keys_folder(copy)) ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(BackupTest, HoldsWhatWasCommittedWhileTheSystemRuns) {
  write(data(), {"A-1", "A-2", "A-3"}, [&] { back_up_elsewhere(data(), copy()); });
  EXPECT_EQ(orders_in(copy()), 2U);
  EXPECT_EQ(orders_in(data()), 3U);
}

TEST_F(BackupTest, GoesOnWhereTheSystemWas) {
  write(data(), {"A-1", "A-2", "A-3"}, [&] { back_up_elsewhere(data(), copy()); });
  write(copy(), {"B-3", "B-4"}, [] {});
  EXPECT_EQ(orders_in(copy()), 4U);
}

TEST_F(BackupTest, KeepsTheKeysElsewhereWhereItIsTold) {
  write(data(), {"A-1", "A-2", "A-3"}, [] {});
  const fs::path keys = scratch_.path() / "safe";
  ASSERT_TRUE(back_up(data(), copy(), keys));
  EXPECT_FALSE(fs::exists(keys_folder(copy())));
  fs::rename(keys, keys_folder(copy()));
  EXPECT_EQ(orders_in(copy()), 3U);
}

TEST_F(BackupTest, TouchesNothingThatIsThere) {
  write(data(), {"A-1", "A-2", "A-3"}, [] {});
  for (const fs::path& there : {copy(), fs::path(copy().string() + ".unfinished")}) {
    fs::create_directory(there);
    std::ofstream(there / "mine") << "here";
    const auto made = back_up(data(), copy(), keys_folder(copy()));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, there.string() + " is there already");
    EXPECT_TRUE(fs::exists(there / "mine"));
    fs::remove_all(there);
  }
  EXPECT_FALSE(back_up(scratch_.path() / "nowhere", copy(), keys_folder(copy())));
  EXPECT_FALSE(fs::exists(copy()));
}

}  // namespace
}  // namespace spillway::storage
