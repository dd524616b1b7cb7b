#include "storage/keys/keyring.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/cards/card_vault.hpp"
#include "tests/storage/fixtures/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

const std::string hex_a(64, 'a');
const std::string hex_b(64, 'b');

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

SecretKey key_of(const std::string& bytes) {
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

std::string error_message(const Result<void>& result) {
  return result ? "" : result.error().message;
}

std::string error_of(const fs::path& data, const std::optional<std::string>& master_hex = {}) {
  const auto keys = Keyring::open(data, master_hex);
  return keys ? "" : keys.error().message;
}

TEST(Keyring, MakesItsFilesForTheOwnerOnlyAndReadsThemAgain) {
  const ScratchFolder folder;
  const fs::path data = folder.path() / "data";
  const auto first = Keyring::open(data, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(mode_of(data), 0700U);
  EXPECT_EQ(mode_of(data / "keys"), 0700U);
  EXPECT_EQ(mode_of(data / "keys" / "master.key"), 0600U);
  EXPECT_EQ(mode_of(data / "keys" / "card-epoch-0001.key"), 0600U);

  const auto second = Keyring::open(data, {});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->journal().bytes, first->journal().bytes);
  EXPECT_EQ(second->order_codes(), first->order_codes());
  EXPECT_EQ(second->card_epochs().keys().at(1).key.bytes,
            first->card_epochs().keys().at(1).key.bytes);
}

TEST(Keyring, GivesEveryUseItsOwnKey) {
  const ScratchFolder folder;
  const auto keys = Keyring::open(folder.path(), hex_a);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_NE(keys->checksums().bytes, keys->idempotency().bytes);
  EXPECT_NE(keys->journal().bytes, keys->card_epochs().keys().at(1).key.bytes);
  EXPECT_FALSE(fs::exists(folder.path() / "keys" / "master.key"));
}

TEST(Keyring, RefusesFilesAndFoldersThatOthersMayRead) {
  const ScratchFolder folder;
  ASSERT_EQ(error_of(folder.path()), "");
  const fs::path keys = folder.path() / "keys";
  const struct {
    fs::path path;
    mode_t mode;
    std::string sentence;
  } cases[] = {
      {keys / "master.key", 0640,
       "the file " + (keys / "master.key").string() +
           " has mode 0640 and must have 0600: others could read what is in it"},
      {keys / "card-epoch-0001.key", 0604,
       "the file " + (keys / "card-epoch-0001.key").string() +
           " has mode 0604 and must have 0600: others could read what is in it"},
      {keys, 0750,
       "the folder " + keys.string() +
           " has mode 0750 and must have 0700: others could read what is in it"},
  };
  for (const auto& one : cases) {
    const unsigned right = mode_of(one.path);
    ASSERT_EQ(::chmod(one.path.c_str(), one.mode), 0);
    EXPECT_EQ(error_of(folder.path()), one.sentence);
    ASSERT_EQ(::chmod(one.path.c_str(), right), 0);
  }
  EXPECT_EQ(error_of(folder.path()), "");
}

TEST(Keyring, RefusesAnotherMasterKeyAndAMissingOne) {
  const ScratchFolder folder;
  ASSERT_EQ(error_of(folder.path(), hex_a), "");
  EXPECT_NE(error_of(folder.path(), hex_b).find("the master key is another one"),
            std::string::npos);
  EXPECT_NE(error_of(folder.path()).find("without the master key the data cannot be read"),
            std::string::npos);
  EXPECT_EQ(error_of(folder.path(), hex_a), "");
}

TEST(Keyring, RefusesAMasterKeyThatIsNot64HexDigits) {
  for (const std::string& hex : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                                 std::string(62, 'a') + "zz", " " + std::string(63, 'a')}) {
    const ScratchFolder folder;
    EXPECT_EQ(error_of(folder.path(), hex), "SPILLWAY_MASTER_KEY must be 64 hex digits");
  }
}

TEST(Keyring, RefusesADamagedCardKey) {
  const ScratchFolder folder;
  ASSERT_EQ(error_of(folder.path(), hex_a), "");
  const fs::path path = folder.path() / "keys" / "card-epoch-0001.key";
  std::string content;
  {
    std::ifstream in(path, std::ios::binary);
    content.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t byte = 0; byte < content.size(); ++byte) {
    std::string damaged = content;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x10);
    std::ofstream(path, std::ios::binary) << damaged;
    EXPECT_NE(error_of(folder.path(), hex_a), "") << "byte " << byte;
  }
  std::ofstream(path, std::ios::binary) << content.substr(0, 20);
  EXPECT_NE(error_of(folder.path(), hex_a), "");
}

TEST(Keyring, HasRandomKeysAndNotTheMasterKeys) {
  const ScratchFolder one;
  const ScratchFolder other;
  const auto first = Keyring::open(one.path(), hex_a);
  const auto second = Keyring::open(other.path(), hex_a);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->journal().bytes, second->journal().bytes);
  EXPECT_NE(first->order_codes(), second->order_codes());
  EXPECT_EQ(mode_of(one.path() / "keys" / "system.keys"), 0600U);
}

TEST(Keyring, RefusesADamagedOrMissingFileOfSystemKeys) {
  const ScratchFolder folder;
  ASSERT_EQ(error_of(folder.path(), hex_a), "");
  const fs::path path = folder.path() / "keys" / "system.keys";
  const std::string content = content_of(path);
  for (std::size_t byte = 0; byte < content.size(); byte += 7) {
    std::string damaged = content;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x10);
    std::ofstream(path, std::ios::binary) << damaged;
    EXPECT_NE(error_of(folder.path(), hex_a), "") << "byte " << byte;
  }
  fs::remove(path);  // the card epoch's key is not one of the first format
  EXPECT_NE(error_of(folder.path(), hex_a).find("card-epoch-0001.key does not open"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(path));
  fs::remove(folder.path() / "keys" / "card-epoch-0001.key");
  fs::create_directory(folder.path() / "journal");
  std::ofstream(folder.path() / "journal" / "data.mdb") << "data";
  EXPECT_NE(error_of(folder.path(), hex_a).find("system.keys is missing"), std::string::npos);
}

TEST(Keyring, KeepsTheValuesOfAFolderOfTheFirstFormat) {
  const ScratchFolder folder;
  const fs::path data = folder.path() / "data";
  copy_golden_folder(data);
  const auto first = Keyring::open(data, golden_master);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(error_message(rotate_master_key(data, golden_master, hex_b)), "");
  const auto second = Keyring::open(data, hex_b);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->journal().bytes, first->journal().bytes);
  EXPECT_EQ(second->order_codes(), first->order_codes());
  EXPECT_TRUE(LmdbJournal::open(journal_folder(data), *second, small_options()));
}

TEST(Keyring, ChangesTheMasterKeyInTheFile) {
  const ScratchFolder folder;
  const auto before = Keyring::open(folder.path(), {});
  ASSERT_TRUE(before) << before.error().message;
  const fs::path master = folder.path() / "keys" / "master.key";
  const std::string old_master = content_of(master);
  const std::string old_keys = content_of(folder.path() / "keys" / "system.keys");
  EXPECT_NE(error_message(rotate_master_key(folder.path(), {}, hex_b)), "");
  ASSERT_EQ(error_message(rotate_master_key(folder.path(), {}, {})), "");
  EXPECT_NE(content_of(master), old_master);
  const auto after = Keyring::open(folder.path(), {});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->journal().bytes, before->journal().bytes);
  EXPECT_EQ(after->card_epochs().keys().at(1).key.bytes,
            before->card_epochs().keys().at(1).key.bytes);
  EXPECT_FALSE(
      unwrap_system_keys(content_of(folder.path() / "keys" / "system.keys"), key_of(old_master)));
  EXPECT_TRUE(unwrap_system_keys(old_keys, key_of(old_master)));
}

TEST(Keyring, ChangesTheMasterKeyInTheEnvironment) {
  const ScratchFolder folder;
  ASSERT_EQ(error_of(folder.path(), hex_a), "");
  EXPECT_NE(error_message(rotate_master_key(folder.path(), hex_a, {})).find("SPILLWAY_NEXT"),
            std::string::npos);
  EXPECT_NE(error_message(rotate_master_key(folder.path(), hex_b, hex_a)), "");
  ASSERT_EQ(error_message(rotate_master_key(folder.path(), hex_a, hex_b)), "");
  EXPECT_NE(error_of(folder.path(), hex_a), "");
  EXPECT_EQ(error_of(folder.path(), hex_b), "");
  EXPECT_FALSE(fs::exists(folder.path() / "keys" / "master.key"));
}

// Every state that a process can leave that dies while it changes the master key in the file: the
// next one opens the same keys and leaves nothing behind.
TEST(Keyring, OpensAfterAChangeOfTheMasterKeyThatDiedAnywhere) {
  const ScratchFolder before;
  ASSERT_EQ(error_of(before.path()), "");
  const ScratchFolder after;
  fs::copy(before.path(), after.path(), fs::copy_options::recursive);
  ASSERT_EQ(error_message(rotate_master_key(after.path(), {}, {})), "");
  const std::string old_master = content_of(before.path() / "keys" / "master.key");
  const std::string new_master = content_of(after.path() / "keys" / "master.key");
  const std::string old_keys = content_of(before.path() / "keys" / "system.keys");
  const std::string new_keys = content_of(after.path() / "keys" / "system.keys");
  using Files = std::map<std::string, std::string>;
  const struct {
    const char* what;
    Files files;
  } cases[] = {
      {"the next master is half written",
       {{"master.key", old_master}, {"master.key.next.new", "half"}, {"system.keys", old_keys}}},
      {"the next master is there",
       {{"master.key", old_master}, {"master.key.next", new_master}, {"system.keys", old_keys}}},
      {"the old keys have a second name",
       {{"master.key", old_master},
        {"master.key.next", new_master},
        {"system.keys", old_keys},
        {"system.keys.dead", old_keys}}},
      {"the new keys are half written",
       {{"master.key", old_master},
        {"master.key.next", new_master},
        {"system.keys", old_keys},
        {"system.keys.dead", old_keys},
        {"system.keys.new", "half"}}},
      {"the new keys are there",
       {{"master.key", old_master},
        {"master.key.next", new_master},
        {"system.keys", new_keys},
        {"system.keys.dead", old_keys}}},
      {"the old keys are gone",
       {{"master.key", old_master}, {"master.key.next", new_master}, {"system.keys", new_keys}}},
      {"the old master is being destroyed",
       {{"master.key.dead", old_master},
        {"master.key.next", new_master},
        {"system.keys", new_keys}}},
      {"the old master is gone", {{"master.key.next", new_master}, {"system.keys", new_keys}}},
      {"all is done", {{"master.key", new_master}, {"system.keys", new_keys}}},
  };
  const auto whole = Keyring::open(before.path(), {});
  ASSERT_TRUE(whole) << whole.error().message;
  for (const auto& one : cases) {
    const ScratchFolder folder;
    fs::copy(before.path(), folder.path(), fs::copy_options::recursive);
    const fs::path keys = folder.path() / "keys";
    for (const char* name : {"master.key", "system.keys"}) fs::remove(keys / name);
    for (const auto& [name, content] : one.files) {
      std::ofstream(keys / name, std::ios::binary) << content;
      fs::permissions(keys / name, fs::perms::owner_read | fs::perms::owner_write);
    }
    for (int round = 0; round < 2; ++round) {
      const auto opened = Keyring::open(folder.path(), {});
      ASSERT_TRUE(opened) << one.what << ": " << opened.error().message;
      EXPECT_EQ(opened->journal().bytes, whole->journal().bytes) << one.what;
    }
    std::set<std::string> left;
    for (const auto& file : fs::directory_iterator(keys)) left.insert(file.path().filename());
    EXPECT_EQ(left, (std::set<std::string>{"card-epoch-0001.key", "card-epoch.last", "lock",
                                           "master.key", "system.keys"}))
        << one.what;
  }
}

TEST(Keyring, ChangesTheSigningKeyAndKeepsThePublicOnesOfBefore) {
  const ScratchFolder folder;
  const auto first = Keyring::open(folder.path(), hex_a);
  ASSERT_TRUE(first) << first.error().message;
  for (int round = 0; round < 2; ++round)
    ASSERT_EQ(error_message(rotate_signing_key(folder.path(), hex_a)), "");
  const auto last = Keyring::open(folder.path(), hex_a);
  ASSERT_TRUE(last) << last.error().message;
  ASSERT_EQ(last->past_signing().size(), 2U);
  EXPECT_EQ(last->past_signing()[0], public_key_of(first->signing()));
  EXPECT_NE(last->signing().bytes, first->signing().bytes);
}

TEST(IdempotencyHash, TellsShopsKeysAndBodiesApart) {
  const ScratchFolder folder;
  const auto keys = Keyring::open(folder.path(), hex_a);
  ASSERT_TRUE(keys) << keys.error().message;
  const IdempotencyHash hash(*keys);
  const IdempotencyMark mark = hash.mark({1}, "key", "body");
  EXPECT_TRUE(mark.present());
  EXPECT_EQ(hash.mark({1}, "key", "body"), mark);
  EXPECT_NE(hash.mark({2}, "key", "body").key, mark.key);
  EXPECT_NE(hash.mark({1}, "kez", "body").key, mark.key);
  EXPECT_EQ(hash.mark({1}, "key", "other").key, mark.key);
  EXPECT_NE(hash.mark({1}, "key", "other").body, mark.body);
  EXPECT_FALSE(hash.mark({1}, "", "body").present());
}

}  // namespace
}  // namespace spillway::storage
