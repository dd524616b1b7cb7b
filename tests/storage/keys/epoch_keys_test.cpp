#include "storage/keys/epoch_keys.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "storage/base/private_files.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

Timestamp at_hour(int hour) {
  return Timestamp(std::chrono::hours(480'000 + hour));
}

SecretKey wrapping_key(unsigned char fill = 7) {
  SecretKey key;
  key.bytes.fill(fill);
  return key;
}

EpochKeys open(const fs::path& folder, int hour = 0) {
  auto keys = EpochKeys::open(folder, "card", wrapping_key(), at_hour(hour));
  EXPECT_TRUE(keys) << keys.error().message;
  return std::move(*keys);
}

TEST(EpochKeys, KnowWhenEachBeganAndEnded) {
  const ScratchFolder folder;
  {
    EpochKeys keys = open(folder.path());
    EXPECT_EQ(keys.current(), 1U);
    const auto second = keys.begin(at_hour(24));
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(*second, 2U);
    ASSERT_TRUE(keys.begin(at_hour(48)));
  }
  EpochKeys keys = open(folder.path(), 99);
  EXPECT_EQ(keys.current(), 3U);
  EXPECT_EQ(keys.keys().at(1).began, at_hour(0));
  EXPECT_EQ(keys.ended(1), at_hour(24));
  EXPECT_EQ(keys.ended(2), at_hour(48));
}

TEST(EpochKeys, NeverUseANumberAgain) {
  const ScratchFolder folder;
  EpochKeys keys = open(folder.path());
  for (int hour = 1; hour < 10; ++hour) {
    const Epoch before = keys.current();
    ASSERT_TRUE(keys.begin(at_hour(hour)));
    ASSERT_TRUE(keys.destroy(before));
  }
  EXPECT_EQ(open(folder.path()).current(), 10U);
}

TEST(EpochKeys, DestroyTheFileAndItsContent) {
  const ScratchFolder folder;
  EpochKeys keys = open(folder.path());
  ASSERT_TRUE(keys.begin(at_hour(24)));
  // A second name shows what is left on the disk of the file that goes.
  fs::create_hard_link(folder.path() / "card-epoch-0001.key", folder.path() / "witness");
  ASSERT_TRUE(keys.destroy(1));
  EXPECT_FALSE(keys.keys().contains(1));
  EXPECT_FALSE(fs::exists(folder.path() / "card-epoch-0001.key"));
  EXPECT_FALSE(fs::exists(folder.path() / "card-epoch-0001.key.dead"));
  std::ifstream in(folder.path() / "witness", std::ios::binary);
  const std::string left(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(left, std::string(left.size(), '\0'));
  EXPECT_FALSE(left.empty());
}

TEST(EpochKeys, StayDestroyedWhenTheProcessDiedOnTheWay) {
  const ScratchFolder folder;
  ASSERT_TRUE(open(folder.path()).begin(at_hour(24)));
  fs::rename(folder.path() / "card-epoch-0001.key", folder.path() / "card-epoch-0001.key.dead");
  ASSERT_TRUE(destroy_leftovers(folder.path()));
  EXPECT_FALSE(fs::exists(folder.path() / "card-epoch-0001.key.dead"));
  EXPECT_FALSE(open(folder.path()).keys().contains(1));
}

TEST(EpochKeys, RefuseADamagedFileAnotherWrappingKeyAndAnotherName) {
  const ScratchFolder folder;
  open(folder.path());
  EXPECT_FALSE(EpochKeys::open(folder.path(), "card", wrapping_key(8), at_hour(0)));
  const fs::path path = folder.path() / "card-epoch-0001.key";
  std::string content;
  {
    std::ifstream in(path, std::ios::binary);
    content.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t byte = 0; byte < content.size(); ++byte) {
    std::string damaged = content;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 1);
    std::ofstream(path, std::ios::binary) << damaged;
    EXPECT_FALSE(EpochKeys::open(folder.path(), "card", wrapping_key(), at_hour(0))) << byte;
  }
  std::ofstream(path, std::ios::binary) << content;
  fs::rename(path, folder.path() / "card-epoch-0002.key");
  EXPECT_FALSE(EpochKeys::open(folder.path(), "card", wrapping_key(), at_hour(0)));
}

}  // namespace
}  // namespace spillway::storage
