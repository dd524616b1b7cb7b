#include "storage/registry/lmdb_registry.hpp"

#include <fstream>
#include <map>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/inspect/verify.hpp"
#include "storage/views/lmdb_views.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

using Rows = std::map<std::string, std::string>;

RegistryChange put(RegistryTable table, std::string key, std::string value) {
  return {table, std::move(key), std::move(value)};
}
RegistryChange erase(RegistryTable table, std::string key) {
  return {table, std::move(key), std::nullopt};
}

Rows rows_of(const Registry& registry, RegistryTable table, const RegistryRange& range = {}) {
  Rows rows;
  registry.for_each(table, range, [&](std::string_view key, std::string_view value) {
    rows.emplace(key, value);
    return true;
  });
  return rows;
}

class LmdbRegistryTest : public ::testing::Test {
 protected:
  static LmdbRegistry::Options options() {
    return {.map_size = 1ULL << 20, .reserve = 64 << 10, .extension = 64 << 10};
  }
  std::unique_ptr<LmdbRegistry> open() {
    auto registry = LmdbRegistry::open(folder_, keys_, options());
    EXPECT_TRUE(registry) << registry.error().message;
    return registry ? std::move(*registry) : nullptr;
  }
  static void commit(Registry& registry, const std::vector<RegistryChange>& changes) {
    registry.commit(changes);
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  fs::path folder_ = registry_folder(scratch_.path());
};

TEST_F(LmdbRegistryTest, KeepsRowsAcrossReopeningAndTablesApart) {
  {
    const auto registry = open();
    commit(*registry, {put(RegistryTable::shops, "1", "Shoes"), put(RegistryTable::shops, "2", ""),
                       put(RegistryTable::members, "1", "Hanako")});
  }
  const auto registry = open();
  EXPECT_EQ(registry->read(RegistryTable::shops, "1"), "Shoes");
  EXPECT_EQ(registry->read(RegistryTable::shops, "2"), "");
  EXPECT_EQ(registry->read(RegistryTable::members, "1"), "Hanako");
  EXPECT_EQ(registry->read(RegistryTable::members, "2"), std::nullopt);
  EXPECT_EQ(rows_of(*registry, RegistryTable::shops), (Rows{{"1", "Shoes"}, {"2", ""}}));
}

TEST_F(LmdbRegistryTest, ChangesAndErasesInTheOrderGiven) {
  const auto registry = open();
  commit(*registry, {put(RegistryTable::shops, "1", "a"), put(RegistryTable::shops, "1", "b"),
                     put(RegistryTable::shops, "2", "c"), erase(RegistryTable::shops, "2"),
                     erase(RegistryTable::shops, "never there")});
  EXPECT_EQ(rows_of(*registry, RegistryTable::shops), (Rows{{"1", "b"}}));
  commit(*registry, {erase(RegistryTable::shops, "1")});
  EXPECT_TRUE(rows_of(*registry, RegistryTable::shops).empty());
}

TEST_F(LmdbRegistryTest, WalksARangeAndStopsWhenTold) {
  const auto registry = open();
  for (const char* key : {"a", "a1", "a2", "a3", "b", "b1"})
    commit(*registry, {put(RegistryTable::api_keys, key, key)});
  commit(*registry, {put(RegistryTable::members, "a9", "of another table")});
  const auto keys_in = [&](const RegistryRange& range) {
    std::string keys;
    for (const auto& [key, value] : rows_of(*registry, RegistryTable::api_keys, range))
      keys.append(key).append(" ");
    return keys;
  };
  EXPECT_EQ(keys_in({}), "a a1 a2 a3 b b1 ");
  EXPECT_EQ(keys_in({.prefix = "a"}), "a a1 a2 a3 ");
  EXPECT_EQ(keys_in({.prefix = "a", .after = "a1"}), "a2 a3 ");
  EXPECT_EQ(keys_in({.prefix = "a", .after = "a11"}), "a2 a3 ");
  EXPECT_EQ(keys_in({.prefix = "b", .after = "a2"}), "b b1 ");
  EXPECT_EQ(keys_in({.prefix = "c"}), "");
  int visited = 0;
  registry->for_each(RegistryTable::api_keys, {},
                     [&](std::string_view, std::string_view) { return ++visited < 2; });
  EXPECT_EQ(visited, 2);
}

TEST_F(LmdbRegistryTest, LeavesNothingReadableOnDisk) {
  {
    const auto registry = open();
    commit(*registry, {put(RegistryTable::members, "1", "canary of a member")});
  }
  std::ifstream in(folder_ / "data.mdb", std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(content.find("canary"), std::string::npos);
}

TEST_F(LmdbRegistryTest, DoesNotOpenUnderAnotherMasterKey) {
  open();
  const ScratchFolder other;
  const auto other_keys = Keyring::open(other.path(), std::string(64, 'b'));
  const auto registry = LmdbRegistry::open(folder_, *other_keys, options());
  ASSERT_FALSE(registry);
  EXPECT_NE(registry.error().message.find("master key"), std::string::npos);
}

TEST_F(LmdbRegistryTest, HasNoRoomWhenTheReserveIsReached) {
  const auto registry = open();
  EXPECT_TRUE(registry->has_room());
  for (int i = 0; registry->has_room() && i < 1'000; ++i)
    commit(*registry, {put(RegistryTable::members, std::to_string(i), std::string(40'000, 'x'))});
  EXPECT_FALSE(registry->has_room());
  commit(*registry, {erase(RegistryTable::members, "0")});  // what the reserve is for
  EXPECT_EQ(registry->read(RegistryTable::members, "0"), std::nullopt);
}

TEST_F(LmdbRegistryTest, IsWalkedByVerify) {
  {
    const auto journal = LmdbJournal::open(journal_folder(scratch_.path()), keys_, small_options());
    const auto views = LmdbViews::open(views_folder(scratch_.path()), keys_, small_options());
    ASSERT_TRUE(journal && views);
    const auto registry = open();
    commit(*registry,
           {put(RegistryTable::shops, "1", "Shoes"), put(RegistryTable::paces, "1", "5")});
  }
  const auto report = verify(scratch_.path(), std::string(64, 'a'));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->registry_rows, 2U);
}

// One bit of the file at a time; a child process reads all rows. It reads what was written, or
// finds the damage, or is stopped.
TEST_F(LmdbRegistryTest, NeverServesAFlippedBit) {
  Rows written;
  {
    const auto registry = open();
    std::vector<RegistryChange> changes;
    for (int i = 0; i < 300; ++i)
      changes.push_back(put(RegistryTable::shops, std::to_string(i), std::string(100, 's')));
    commit(*registry, changes);
    written = rows_of(*registry, RegistryTable::shops);
  }
  const fs::path file = folder_ / "data.mdb";
  std::ifstream in(file, std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  std::mt19937_64 random(11);
  int found = 0;
  for (int round = 0; round < 100; ++round) {
    const std::size_t used = 100 * 1024;  // beyond is the reserve, which nobody has written
    const std::size_t byte = round % 3 == 0 ? (random() % 2) * 4096 + random() % 152
                                            : random() % std::min(used, content.size());
    std::string changed = content;
    changed[byte] = static_cast<char>(changed[byte] ^ (1 << (random() % 8)));
    std::ofstream(file, std::ios::binary | std::ios::trunc) << changed;
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(STDERR_FILENO);
      const auto registry = LmdbRegistry::open(folder_, keys_, options());
      if (!registry || !(*registry)->try_each()) ::_exit(10);
      ::_exit(rows_of(**registry, RegistryTable::shops) == written ? 0 : 42);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << "byte " << byte;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++found;
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace spillway::storage
