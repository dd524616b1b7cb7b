#include "storage/members/member_keys.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/members/member_seal.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::storage {
namespace {

using testing::HasSubstr;

class MemberKeysTest : public testing::Test {
 protected:
  std::unique_ptr<MemberKeyFile> open(bool members_are_there = false) {
    auto opened = MemberKeyFile::open(file(), members_are_there);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  std::filesystem::path file() const { return folder_.path() / "members.keys"; }
  static std::map<std::uint32_t, WrappedMemberKey> all(const MemberKeys& keys) {
    std::map<std::uint32_t, WrappedMemberKey> found;
    keys.for_each([&](MemberId member, const WrappedMemberKey& key) { found[member.value] = key; });
    return found;
  }
  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
  MemberSeal seal_{SecretKey{}};
};

TEST_F(MemberKeysTest, AreThereAgainWhenTheFileIsOpenedAgain) {
  const WrappedMemberKey first = seal_.make_key({1});
  const WrappedMemberKey far = seal_.make_key({5'000});
  {
    auto keys = open();
    keys->write({1}, first);
    keys->write({5'000}, far);
  }
  const auto found = all(*open(true));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(1), first);
  EXPECT_EQ(found.at(5'000), far);
}

TEST_F(MemberKeysTest, ADestroyedKeyIsNowhereInTheFile) {
  auto keys = open();
  const WrappedMemberKey key = seal_.make_key({1});
  keys->write({1}, key);
  keys->write({2}, seal_.make_key({2}));
  const std::string wrapped(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  ASSERT_NE(bytes().find(wrapped), std::string::npos);
  keys->destroy({1});
  EXPECT_EQ(bytes().find(wrapped.substr(16, 8)), std::string::npos);
  EXPECT_EQ(all(*keys).count(1), 0U);
  EXPECT_EQ(all(*keys).count(2), 1U);
}

TEST_F(MemberKeysTest, AnotherMembersKeyMayTakeADestroyedOnesPlace) {
  auto keys = open();
  keys->write({1}, seal_.make_key({1}));
  keys->destroy({1});
  const WrappedMemberKey second = seal_.make_key({1});
  keys->write({1}, second);
  EXPECT_EQ(all(*keys).at(1), second);
}

TEST_F(MemberKeysTest, ASlotHalfWrittenByACrashIsPassedOver) {
  auto keys = open();
  const WrappedMemberKey key = seal_.make_key({1});
  keys->write({1}, key);
  keys->write({2}, seal_.make_key({2}));
  std::filesystem::resize_file(file(), 64 * 2 + 20);
  const auto found = all(*open(true));
  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at(1), key);
}

TEST_F(MemberKeysTest, TheFileIsItsOwnersAlone) {
  open();
  struct stat status {};
  ASSERT_EQ(stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  std::filesystem::permissions(file(), std::filesystem::perms(0640));
  const auto opened = MemberKeyFile::open(file(), false);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("members.keys"));
}

TEST_F(MemberKeysTest, AFileThatIsMissedIsNotReplacedByAnEmptyOne) {
  const auto opened = MemberKeyFile::open(file(), true);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is missing"));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(MemberKeysTest, AFileOfAnotherFormatIsRefused) {
  open();
  for (const std::string& content :
       {std::string(), std::string(64, 'x'), std::string("spillway members' keys, format 2")}) {
    std::ofstream(file(), std::ios::binary) << content;
    EXPECT_FALSE(MemberKeyFile::open(file(), true)) << content;
  }
}

}  // namespace
}  // namespace spillway::storage
