#include "storage/keyring.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/card_vault.hpp"
#include "tests/storage/scratch_folder.hpp"

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
  EXPECT_EQ(second->card_keys().at(1).bytes, first->card_keys().at(1).bytes);
}

TEST(Keyring, GivesEveryUseItsOwnKey) {
  const ScratchFolder folder;
  const auto keys = Keyring::open(folder.path(), hex_a);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_NE(keys->checksums().bytes, keys->idempotency().bytes);
  EXPECT_NE(keys->journal().bytes, keys->card_keys().at(1).bytes);
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
