// The book of members over a real registry and key file: what a start makes of what is there, after
// a crash between any two steps, too.
#include "storage/members/member_book.hpp"

#include <gtest/gtest.h>

#include "storage/base/bytes.hpp"
#include "storage/registry/lmdb_registry.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::storage {
namespace {

constexpr ShopId shop{1};

class MemberBookTest : public testing::Test {
 protected:
  MemberBookTest() { start(); }

  void start() {
    book_.reset();
    keys_.reset();
    registry_.reset();
    auto keyring = Keyring::open(folder_.path(), std::nullopt);
    ASSERT_TRUE(keyring) << keyring.error().message;
    secret_ = keyring->members();
    auto registry = LmdbRegistry::open(folder_.path() / "registry", *keyring);
    ASSERT_TRUE(registry) << registry.error().message;
    registry_ = std::move(*registry);
    auto keys = MemberKeyFile::open(folder_.path() / "keys" / "members.keys",
                                    last_member_id(*registry_) > 0);
    ASSERT_TRUE(keys) << keys.error().message;
    keys_ = std::move(*keys);
    book_ = std::make_unique<MemberBook>(*registry_, *keys_, secret_);
  }

  // The steps of a registration and of the end of an account.
  WrappedMemberKey write_key(MemberId member) {
    const WrappedMemberKey key = book_->seal().make_key(member);
    keys_->write(member, key);
    return key;
  }
  void write_row(MemberId member, const WrappedMemberKey& key, const std::string& mail) {
    MemberAccount account;
    account.profile = {"Hanako Sato", mail, "", "", ""};
    MemberRow row{shop, Timestamp{}, *book_->seal().seal_account(member, key, encode(account)),
                  std::nullopt};
    std::string count(4, '\0');
    put_big_endian(count.data(), member.value);
    const std::vector<RegistryChange> changes = {
        {RegistryTable::members, member_row_key(member), encode(row)},
        {RegistryTable::counters, std::string(MemberBook::counter_key), count}};
    registry_->commit(changes);
  }
  MemberId enrol(const std::string& mail) {
    const MemberId member = *book_->next_id();
    write_row(member, write_key(member), mail);
    return member;
  }
  void erase_row(MemberId member) {
    const std::vector<RegistryChange> changes = {
        {RegistryTable::members, member_row_key(member), std::nullopt}};
    registry_->commit(changes);
  }
  std::size_t keys_left() {
    std::size_t count = 0;
    keys_->for_each([&](MemberId, const WrappedMemberKey&) { ++count; });
    return count;
  }

  ScratchFolder folder_;
  SecretKey secret_;
  std::unique_ptr<LmdbRegistry> registry_;
  std::unique_ptr<MemberKeyFile> keys_;
  std::unique_ptr<MemberBook> book_;
};

TEST_F(MemberBookTest, MembersAreThereAgainAfterARestart) {
  const MemberId hanako = enrol("Hanako@example.jp");
  const MemberId taro = enrol("taro@example.jp");
  start();
  EXPECT_EQ(book_->directory().size(), 2U);
  EXPECT_EQ(book_->profile(hanako)->email, "Hanako@example.jp");
  EXPECT_EQ(book_->owner_of_mail(shop, "hanako@EXAMPLE.jp"), hanako);
  EXPECT_EQ(book_->owner_of_mail(ShopId{2}, "hanako@example.jp"), std::nullopt);
  EXPECT_EQ(book_->next_id(), MemberId{taro.value + 1});
  EXPECT_EQ(book_->unreadable(), 0U);
}

TEST_F(MemberBookTest, ACrashAfterTheKeyOfARegistrationLeavesNoMember) {
  write_key(*book_->next_id());
  start();
  EXPECT_EQ(book_->directory().size(), 0U);
  const MemberId next = enrol("hanako@example.jp");
  EXPECT_EQ(next, MemberId{1}) << "its place is taken by the next one";
  start();
  EXPECT_EQ(book_->profile(next)->email, "hanako@example.jp");
}

TEST_F(MemberBookTest, ACrashAfterTheRowOfAClosedAccountIsFinishedByTheNextStart) {
  const MemberId hanako = enrol("hanako@example.jp");
  enrol("taro@example.jp");
  erase_row(hanako);
  EXPECT_EQ(keys_left(), 2U);
  start();
  EXPECT_EQ(keys_left(), 1U);
  EXPECT_FALSE(book_->directory().find(hanako));
  EXPECT_EQ(book_->next_id(), MemberId{3}) << "nobody gets a number for the second time";
}

TEST_F(MemberBookTest, AnOldCopyOfTheRegistryDoesNotOpenAClosedAccount) {
  const MemberId hanako = enrol("hanako@example.jp");
  const MemberRow row = *book_->read(hanako);
  const WrappedMemberKey later = book_->seal().make_key(hanako);
  keys_->destroy(hanako);  // and the row stays, as a copy brings it back
  start();
  EXPECT_EQ(book_->unreadable(), 1U);
  EXPECT_FALSE(book_->directory().find(hanako));
  EXPECT_FALSE(book_->profile(hanako));
  EXPECT_FALSE(book_->open(hanako, later, row)) << "no other key of the system opens it";
}

TEST_F(MemberBookTest, WithoutItsKeyFileTheMembersAreNotTakenForGone) {
  enrol("hanako@example.jp");
  std::filesystem::remove(folder_.path() / "keys" / "members.keys");
  EXPECT_FALSE(MemberKeyFile::open(folder_.path() / "keys" / "members.keys",
                                   last_member_id(*registry_) > 0));
}

TEST_F(MemberBookTest, AnEmptyRegistryDestroysNoKeys) {
  enrol("hanako@example.jp");
  book_.reset();
  registry_.reset();
  std::filesystem::rename(folder_.path() / "registry", folder_.path() / "elsewhere");
  start();
  EXPECT_EQ(keys_left(), 1U);
  book_.reset();
  registry_.reset();
  std::filesystem::remove_all(folder_.path() / "registry");
  std::filesystem::rename(folder_.path() / "elsewhere", folder_.path() / "registry");
  start();
  EXPECT_EQ(book_->profile({1})->email, "hanako@example.jp");
}

TEST_F(MemberBookTest, AShopHasAMailAddressOnce) {
  EXPECT_TRUE(book_->take_mail(shop, "h@e.jp", {1}));
  EXPECT_FALSE(book_->take_mail(shop, "H@E.jp", {2}));
  EXPECT_TRUE(book_->take_mail(ShopId{2}, "h@e.jp", {2}));
  book_->free_mail(shop, "h@e.jp");
  EXPECT_TRUE(book_->take_mail(shop, "h@e.jp", {3}));
}

}  // namespace
}  // namespace spillway::storage
