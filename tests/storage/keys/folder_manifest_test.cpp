// A data folder knows what it is made of.
#include "storage/keys/folder_manifest.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "tests/storage/fixtures/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/fixtures/whole_folder.hpp"

namespace spillway::storage {
namespace {

using testing::HasSubstr;

class DataFolder : public ::testing::Test {
 protected:
  fs::path data() const { return scratch_.path() / "data"; }
  fs::path other() const { return scratch_.path() / "other"; }
  static void make(const fs::path& folder) {
    const WholeFolder whole = open_whole(folder);
    whole.order("A-1");
  }
  ScratchFolder scratch_;
};

TEST_F(DataFolder, StaysTheSameFromStartToStart) {
  make(data());
  const auto found = look_at_folder(data(), true);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->known && found->whole && !found->copied);
  const WholeFolder whole = open_whole(data());
  EXPECT_EQ(whole.manifest, found->manifest);
  EXPECT_EQ(whole.manifest.restored, Timestamp());
  EXPECT_EQ(whole.order("A-2").value, 2U);
}

// Whatever is missing: a start names it, and makes nothing.
TEST_F(DataFolder, WithoutAPartIsRefusedAndStaysAsItIs) {
  const struct {
    const char* gone;
    const char* named;
  } cases[] = {
      {"journal", "journal/data.mdb is missing or empty"},
      {"journal/data.mdb", "journal/data.mdb is missing or empty"},
      {"registry", "registry/data.mdb is missing or empty"},
      {"registry/data.mdb", "registry/data.mdb is missing or empty"},
      {"keys", "keys/system.keys is missing or empty"},
      {"keys/system.keys", "keys/system.keys is missing or empty"},
      {"keys/members.keys", "keys/members.keys is missing or empty"},
      {"keys/card-epoch-0001.key", "keys/card-epoch-0001.key is missing"},
  };
  for (const auto& each : cases) {
    fs::remove_all(data());
    make(data());
    fs::remove_all(data() / each.gone);
    // An empty folder in its place, as of a file system that is not mounted.
    if (fs::path(each.gone).extension().empty()) {
      fs::create_directory(data() / each.gone);
      fs::permissions(data() / each.gone, fs::perms::owner_all);
    }
    EXPECT_THAT(open_error(data()), HasSubstr(each.named)) << each.gone;
    const auto looked = verify(data(), whole_master);
    ASSERT_FALSE(looked) << each.gone;
    EXPECT_THAT(looked.error().message, HasSubstr(each.named)) << each.gone;
    for (const char* name : {"system.keys", "card-epoch-0001.key", "members.keys"}) {
      const bool gone = each.gone == std::string("keys") || fs::path(each.gone).filename() == name;
      EXPECT_EQ(fs::exists(data() / "keys" / name), !gone) << each.gone << " " << name;
    }
    EXPECT_FALSE(fs::exists(data() / each.gone / "data.mdb"));
  }
}

TEST_F(DataFolder, WithoutItsMasterKeyIsRefused) {
  make(data());
  const auto found = look_at_folder(data(), false);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("master.key is missing"));
  EXPECT_THAT(found.error().message, HasSubstr("SPILLWAY_MASTER_KEY"));
}

TEST_F(DataFolder, WithAPartOfAnotherIsRefused) {
  for (const char* part : {"journal", "registry", "keys"}) {
    fs::remove_all(data());
    fs::remove_all(other());
    make(data());
    make(other());
    fs::remove_all(data() / part);
    fs::copy(other() / part, data() / part, fs::copy_options::recursive);
    EXPECT_THAT(open_error(data()), HasSubstr("another data folder")) << part;
  }
}

TEST_F(DataFolder, WithAPartInAnothersPlaceIsRefused) {
  make(data());
  fs::copy_file(data() / "journal" / "part.manifest", data() / "registry" / "part.manifest",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(open_error(data()), HasSubstr("is not the manifest of registry"));
}

TEST_F(DataFolder, WithADamagedManifestIsRefused) {
  make(data());
  const fs::path file = data() / "keys" / "part.manifest";
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const std::string& wrong :
       {std::string(), text.substr(0, 40), text.substr(0, text.size() - 1),
        "spillway data folder, format 2" + text.substr(30),
        text.substr(0, 60) + "Z" + text.substr(61)}) {
    std::ofstream(file) << wrong;
    EXPECT_NE(open_error(data()), "") << wrong;
  }
  std::ofstream(file) << text;
  EXPECT_EQ(open_error(data()), "");
}

// The making of a folder may be broken off before any of its files: the next start ends it.
TEST_F(DataFolder, ThatWasBrokenOffWhileItWasMadeIsStillMade) {
  make(data());
  const fs::path in_order[] = {"keys/system.keys",       "keys/card-epoch-0001.key",
                               "keys/card-epoch.last",   "journal/data.mdb",
                               "registry/data.mdb",      "keys/members.keys",
                               "part.manifest",          "keys/part.manifest",
                               "registry/part.manifest", "journal/part.manifest"};
  for (std::size_t there = 0; there < std::size(in_order); ++there) {
    fs::remove_all(other());
    std::string error;
    open_whole(other(), error);
    ASSERT_EQ(error, "");
    for (std::size_t i = there; i < std::size(in_order); ++i) fs::remove(other() / in_order[i]);
    for (const char* part : {"journal", "registry"})
      if (!fs::exists(other() / part / "data.mdb")) fs::remove_all(other() / part);
    EXPECT_EQ(open_error(other()), "") << "before " << in_order[there];
    const auto found = look_at_folder(other(), true);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->whole && !found->copied);
  }
}

TEST_F(DataFolder, OfEveryFormatGetsItsManifestsAndKeepsItsNumbers) {
  for (const int format : {1, 2, 3}) {
    const fs::path folder = scratch_.path() / std::to_string(format);
    copy_golden_folder(folder, format);
    const std::uint64_t last = format == 3 ? 8 : 6;
    {
      const WholeFolder whole = open_whole(folder);
      ASSERT_TRUE(whole.journal) << format;
      EXPECT_EQ(whole.order("A-9").value, last + 1) << format;
    }
    const auto found = look_at_folder(folder, true);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->whole) << format;
    EXPECT_TRUE(verify(folder, golden_master)) << format;
  }
}

// The journal is made before the views and the registry.
TEST_F(DataFolder, OfAVersionBeforeIsRefusedWhenItsJournalIsGone) {
  for (const char* there : {"registry", "views"}) {
    fs::remove_all(data());
    make(data());
    for (const char* part : {".", "keys", "journal", "registry"})
      fs::remove(data() / part / "part.manifest");
    fs::create_directory(data() / "views");
    if (there == std::string("views")) fs::rename(data() / "registry", data() / "views");
    fs::remove_all(data() / "journal");
    EXPECT_THAT(open_error(data()), HasSubstr("journal/data.mdb is missing or empty")) << there;
    EXPECT_FALSE(fs::exists(data() / "journal" / "data.mdb"));
  }
}

TEST_F(DataFolder, NamesTheCardKeyThatItsOrdersNeed) {
  {
    WholeFolder whole = open_whole(data());
    whole.order("A-1");
    ASSERT_TRUE(whole.keys->card_epochs().begin(at_second(10)));
    whole.order("A-2");
  }
  ASSERT_EQ(open_error(data()), "");
  fs::remove(data() / "keys" / "card-epoch-0001.key");
  EXPECT_THAT(open_error(data()), HasSubstr("card-epoch-0001.key is missing: cards of orders"));
  EXPECT_FALSE(fs::exists(data() / "keys" / "card-epoch-0001.key"));
}

TEST_F(DataFolder, DoesNotGiveAnEpochsNumberTwice) {
  {
    WholeFolder whole = open_whole(data());
    ASSERT_TRUE(whole.keys->card_epochs().begin(at_second(10)));
  }
  fs::remove(data() / "keys" / "card-epoch-0002.key");
  EXPECT_THAT(open_error(data()), HasSubstr("card-epoch-0002.key is missing"));
}

TEST_F(DataFolder, ThatWasCopiedGivesNoNumberAgain) {
  make(data());
  fs::copy(data(), other(), fs::copy_options::recursive);
  const std::uint64_t lost = open_whole(data()).order("A-2").value;
  std::uint64_t next = 0;
  {
    const WholeFolder copy = open_whole(other());
    EXPECT_TRUE(copy.copied);
    next = copy.order("B-2").value;
    EXPECT_GT(next, lost + 1'000);
    EXPECT_NE(copy.manifest.restored, Timestamp());
  }
  const WholeFolder again = open_whole(other());
  EXPECT_FALSE(again.copied);
  EXPECT_EQ(again.order("B-3").value, next + 1);
  EXPECT_FALSE(again.journal->was_given({lost}));
  EXPECT_EQ(open_whole(data()).order("A-3").value, lost + 1);
}

TEST_F(DataFolder, ThatWasMovedIsNoCopy) {
  make(data());
  fs::rename(data(), other());
  const WholeFolder whole = open_whole(other());
  EXPECT_FALSE(whole.copied);
  EXPECT_EQ(whole.order("A-2").value, 2U);
}

// Its keys were put back from their backup: nothing of its numbers is old.
TEST_F(DataFolder, WithKeysFromABackupIsNoCopy) {
  make(data());
  fs::copy(data() / "keys", other(), fs::copy_options::recursive);
  fs::remove_all(data() / "keys");
  fs::copy(other(), data() / "keys", fs::copy_options::recursive);
  const WholeFolder whole = open_whole(data());
  EXPECT_FALSE(whole.copied);
  EXPECT_EQ(whole.order("A-2").value, 2U);
}

TEST_F(DataFolder, WithAPartOfBeforeTheRestoreIsRefused) {
  make(data());
  fs::copy(data(), other(), fs::copy_options::recursive);
  open_whole(other());
  fs::remove_all(other() / "keys");
  fs::copy(data() / "keys", other() / "keys", fs::copy_options::recursive);
  EXPECT_THAT(open_error(other()), HasSubstr("older than the last restore"));
}

}  // namespace
}  // namespace spillway::storage
