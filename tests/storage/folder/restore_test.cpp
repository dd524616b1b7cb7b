// From a backup to a folder that a system starts from.
#include "storage/folder/restore.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include "storage/base/unfinished_folder.hpp"
#include "storage/folder/backup.hpp"
#include "storage/inspect/audit_log.hpp"
#include "storage/inspect/proof.hpp"
#include "storage/members/restored_registry.hpp"
#include "storage/registry/shop_rows.hpp"
#include "tests/storage/fixtures/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/fixtures/whole_folder.hpp"

namespace spillway::storage {
namespace {

using testing::HasSubstr;

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    const WholeFolder whole = open_whole(data());
    whole.order("A-1");
    whole.order("A-2");
  }

  fs::path data() const { return scratch_.path() / "data"; }
  fs::path copy() const { return scratch_.path() / "copy"; }
  fs::path keys() const { return scratch_.path() / "keys"; }
  fs::path restored() const { return scratch_.path() / "restored"; }

  void back_up_all() const {
    const auto made = back_up(data(), copy(), keys());
    ASSERT_TRUE(made) << made.error().message;
  }
  std::string restore_error() const {
    const auto report = restore(copy(), keys(), restored(), whole_master, at_second(2'000));
    return report ? "" : report.error().message;
  }

  ScratchFolder scratch_;
};

TEST_F(RestoreTest, GivesWhatWasBackedUpAndNoNumberTwice) {
  back_up_all();
  const auto before = all_of(copy());
  const std::uint64_t lost = open_whole(data()).order("A-3").value;
  ASSERT_EQ(restore_error(), "");
  EXPECT_EQ(all_of(copy()), before);
  const auto report = verify(restored(), whole_master);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->orders, 2U);
  const WholeFolder whole = open_whole(restored());
  EXPECT_FALSE(whole.copied);  // it was told so once, when it was restored
  EXPECT_EQ(whole.manifest.restored, at_second(2'000));
  EXPECT_GT(whole.order("B-3").value, lost);
  EXPECT_FALSE(whole.journal->was_given({lost}));
}

TEST_F(RestoreTest, TakesAnEmptyFolderAndNoOther) {
  back_up_all();
  fs::create_directory(restored());
  std::ofstream(restored() / "mine") << "here";
  EXPECT_THAT(restore_error(), HasSubstr("is there already"));
  EXPECT_TRUE(fs::exists(restored() / "mine"));
  fs::remove(restored() / "mine");
  EXPECT_EQ(restore_error(), "");
}

TEST_F(RestoreTest, LeavesNothingOfWhatIsNotGood) {
  back_up_all();
  fs::remove(keys() / "card-epoch-0001.key");
  EXPECT_THAT(restore_error(), HasSubstr("card-epoch-0001.key is missing"));
  fs::remove_all(keys());
  EXPECT_THAT(restore_error(), HasSubstr("there are no keys in"));
  EXPECT_FALSE(fs::exists(restored()));
  EXPECT_FALSE(fs::exists(restored().string() + ".unfinished"));
}

TEST_F(RestoreTest, DoesNotCopyASystemThatRuns) {
  const WholeFolder running = open_whole(data());
  const auto report = restore(data(), data() / "keys", restored(), whole_master, at_second(2'000));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("in use by another process"));
}

TEST_F(RestoreTest, TakesFoldersOfEveryFormat) {
  for (const int format : {1, 2, 3}) {
    const fs::path old = scratch_.path() / std::to_string(format);
    copy_golden_folder(old, format);
    const fs::path to = scratch_.path() / ("to-" + std::to_string(format));
    const auto report = restore(old, old / "keys", to, golden_master, at_second(2'000));
    ASSERT_TRUE(report) << format << ": " << report.error().message;
    EXPECT_EQ(report->verified.orders, 3U);
    EXPECT_EQ(open_whole(to).order("A-9"), report->next);
  }
}

TEST_F(RestoreTest, OfAnOlderBackupTakesKeysOfAfterAnotherRestore) {
  back_up_all();
  ASSERT_EQ(restore_error(), "");
  fs::remove_all(keys());
  fs::copy(restored() / "keys", keys());
  fs::remove_all(restored());
  EXPECT_EQ(restore_error(), "");
  EXPECT_EQ(open_error(restored()), "");
}

TEST_F(RestoreTest, GivesNoShopsNumberTwice) {
  {
    const WholeFolder whole = open_whole(data());
    const RegistryChange change{RegistryTable::counters, std::string(shop_counter),
                                encode_counter(12)};
    whole.registry->commit({&change, 1});
  }
  back_up_all();
  const auto in_2030 = Timestamp(std::chrono::seconds(1'900'000'000));
  const auto report = restore(copy(), keys(), restored(), whole_master, in_2030);
  ASSERT_TRUE(report) << report.error().message;
  const WholeFolder whole = open_whole(restored());
  const auto counted = whole.registry->read(RegistryTable::counters, shop_counter);
  EXPECT_GT(decode_counter(counted.value()).value(), 2'000'000U);
  const auto eras = member_eras(*whole.registry);
  ASSERT_EQ(eras.size(), 1U);
  EXPECT_EQ(eras[0].first.value, 1U);
}

// ---- Looking, and what is left by those who were killed

TEST_F(RestoreTest, LookersChangeNothingAndLeaveNothing) {
  std::ofstream(data() / "keys" / "system.keys.new") << "half";
  fs::permissions(data() / "keys" / "system.keys.new", fs::perms::owner_read);
  for (const char* part : {"journal", "registry", "keys"})
    for (const char* made : {"lock", "lock.mdb"}) fs::remove(data() / part / made);
  const auto before = all_of(data());
  ASSERT_TRUE(verify(data(), whole_master));
  ASSERT_TRUE(read_audit(data(), whole_master, [](const AuditEntry&) {}));
  ASSERT_TRUE(read_books(data(), whole_master, [](const BookLine&, const OrderCodes&) {}));
  ASSERT_TRUE(prove_record(data(), whole_master, {1}));
  EXPECT_EQ(all_of(data()), before);
  back_up_all();
  EXPECT_EQ(all_of(data()), before);
}

TEST_F(RestoreTest, LookersNoticeASystemThatRuns) {
  const WholeFolder running = open_whole(data());
  const auto report = verify(data(), whole_master);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("in use by another process"));
}

TEST_F(RestoreTest, LookersMakeNoKeys) {
  back_up_all();
  EXPECT_FALSE(verify(copy(), whole_master));
  EXPECT_FALSE(fs::exists(copy() / "keys"));
}

TEST_F(RestoreTest, WhatRootLooksAtTheServiceStillOpens) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root makes files of others";
  constexpr uid_t service = 12'345;
  for (const auto& [path, what] : all_of(data()))
    ASSERT_EQ(::lchown(path.c_str(), service, service), 0);
  for (const char* part : {"journal", "registry", "keys"}) fs::remove(data() / part / "lock");
  ASSERT_TRUE(verify(data(), whole_master));
  ASSERT_TRUE(rotate_signing_key(data(), whole_master));
  back_up_all();
  for (const fs::path& folder : {data(), restored()}) {
    if (folder == restored()) {
      ASSERT_EQ(::chown(copy().c_str(), service, service), 0);
      ASSERT_EQ(restore_error(), "");
    }
    for (const auto& [path, what] : all_of(folder)) {
      struct stat status {};
      ASSERT_EQ(::lstat(path.c_str(), &status), 0);
      EXPECT_EQ(status.st_uid, service) << path;
    }
  }
}

TEST_F(RestoreTest, ABackupThatWasKilledHoldsUpNoOther) {
  // As a kill leaves them: the mark is there, and nobody holds it.
  const auto killed = [&](const fs::path& folder, const std::string& group) {
    auto begun = UnfinishedFolder::begin(folder, group);
    ASSERT_TRUE(begun) << begun.error().message;
    fs::create_directory(begun->path() / "journal");
    const fs::path kept = folder.string() + ".kept";
    fs::rename(begun->path(), kept);
    { const UnfinishedFolder gone = std::move(*begun); }
    fs::rename(kept, folder.string() + ".unfinished");
  };
  killed(copy(), std::string(32, 'a'));
  killed(keys(), std::string(32, 'a'));
  back_up_all();
  // Its keys had appeared, and the rest had not.
  fs::remove_all(copy());
  fs::remove_all(keys());
  killed(copy(), std::string(32, 'b'));
  killed(keys(), std::string(32, 'b'));
  fs::rename(keys().string() + ".unfinished", keys());
  back_up_all();
  // Somebody else's keys stay.
  fs::remove_all(copy());
  killed(copy(), std::string(32, 'c'));
  const auto made = back_up(data(), copy(), keys());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, keys().string() + " is there already");
  EXPECT_TRUE(fs::exists(keys() / "system.keys"));
}

TEST_F(RestoreTest, ABackupThatRunsIsNotDisturbed) {
  const auto running = UnfinishedFolder::begin(copy(), std::string(32, 'a'));
  ASSERT_TRUE(running);
  const auto made = back_up(data(), copy(), keys());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, running->path().string() + " is there already");
}

TEST_F(RestoreTest, ABackupThatFailsLeavesNothing) {
  fs::remove(data() / "registry" / "data.mdb");
  EXPECT_FALSE(back_up(data(), copy(), keys()));
  for (const fs::path& folder : {copy(), keys()}) {
    EXPECT_FALSE(fs::exists(folder));
    EXPECT_FALSE(fs::exists(folder.string() + ".unfinished"));
  }
}

TEST_F(RestoreTest, APathMayEndWithASlash) {
  const auto made = back_up(data(), copy() / "", keys() / "");
  ASSERT_TRUE(made) << made.error().message;
  const auto report =
      restore(copy() / "", keys() / "", restored() / "", whole_master, at_second(9));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(verify(restored(), whole_master));
}

}  // namespace
}  // namespace spillway::storage
