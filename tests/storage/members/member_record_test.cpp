#include "storage/members/member_record.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "engine/account/limits.hpp"
#include "storage/members/member_directory.hpp"

namespace spillway::storage {
namespace {

using namespace std::chrono_literals;

MemberAccount account() {
  return {
      {"Hanako Sato", "hanako@example.jp", "1-2-3 Ginza, Tokyo", "+81 3-1234-5678", "1990-02-28"},
      "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
      {{{1, 2, 3}, Timestamp(1'700'000'000s)}, {{4, 5, 6}, Timestamp(1'700'000'001s)}}};
}

MemberRow row() {
  MemberRow made{ShopId{4'000'000'000}, Timestamp(1'700'000'000s), std::string("\0sealed\xFF", 8),
                 SealedMemberCard{}};
  made.card->bytes.fill(9);
  return made;
}

template <class Decode>
void refuses_all_but_whole(const std::string& bytes, Decode decode) {
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decode(bytes + '\0'));
  std::string other_version = bytes;
  other_version[1] = 2;
  EXPECT_FALSE(decode(other_version));
}

TEST(MemberRecord, AnAccountIsReadAsItWasWritten) {
  for (const MemberAccount& each : {account(), MemberAccount{}})
    EXPECT_EQ(decode_account(encode(each)), each);
  refuses_all_but_whole(encode(account()), decode_account);
}

TEST(MemberRecord, ARowIsReadAsItWasWritten) {
  MemberRow without_card = row();
  without_card.card.reset();
  for (const MemberRow& each : {row(), without_card})
    EXPECT_EQ(decode_member_row(encode(each)), each);
  refuses_all_but_whole(encode(row()), decode_member_row);
}

TEST(MemberRecord, RowsStandInTheOrderOfTheirMembers) {
  EXPECT_LT(member_row_key({255}), member_row_key({256}));
  EXPECT_EQ(member_of_row_key(member_row_key({limits::members_max})),
            MemberId{limits::members_max});
  EXPECT_FALSE(member_of_row_key("abc"));
}

TEST(MemberRecord, OldFormsStayReadable) {
  // An account and a row of version 1, byte for byte.
  const std::string old_account =
      std::string("\x98\x01\xA6Hanako\xA6h@e.jp\xA0\xA0\xA0\xA4hash\x91\x92\xD9\x20", 28) +
      std::string(32, 'k') + '\x05';
  const auto read = decode_account(old_account);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->profile.name, "Hanako");
  EXPECT_EQ(read->profile.email, "h@e.jp");
  EXPECT_EQ(read->password_hash, "hash");
  ASSERT_EQ(read->sessions.size(), 1U);
  EXPECT_EQ(read->sessions[0].expires_at, Timestamp(5us));
  const auto old_row = decode_member_row(std::string("\x95\x01\x02\x03\xA6sealed\xA0", 12));
  ASSERT_TRUE(old_row);
  EXPECT_EQ(old_row->shop, ShopId{2});
  EXPECT_EQ(old_row->sealed_account, "sealed");
  EXPECT_FALSE(old_row->card);
}

TEST(MemberDirectory, FindsWhoIsThere) {
  MemberDirectory directory;
  EXPECT_FALSE(directory.find({1}));
  for (const std::uint32_t id : {1U, 4'095U, 4'096U, limits::members_max}) {
    MemberEntry entry;
    entry.shop = ShopId{id};
    directory.put({id}, entry);
    directory.put({id}, entry);
    ASSERT_TRUE(directory.find({id})) << id;
    EXPECT_EQ(directory.find({id})->shop, ShopId{id});
  }
  EXPECT_EQ(directory.size(), 4U);
  directory.remove({4'096});
  directory.remove({4'096});
  directory.remove({99'999});
  EXPECT_FALSE(directory.find({4'096}));
  EXPECT_FALSE(directory.find({0}));
  EXPECT_FALSE(directory.find({limits::members_max + 1}));
  EXPECT_FALSE(directory.find({UINT32_MAX}));
  EXPECT_EQ(directory.size(), 3U);
}

TEST(MemberDirectory, NeverShowsHalfOfAChange) {
  MemberDirectory directory;
  const auto entry_of = [](unsigned char mark) {
    MemberEntry entry;
    entry.shop = ShopId{mark};
    entry.key.bytes.fill(mark);
    entry.card.bytes.fill(mark);
    return entry;
  };
  directory.put({5}, entry_of(0));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 20'000; ++i) directory.put({5}, entry_of(static_cast<unsigned char>(i)));
    done = true;
  });
  while (!done) {
    const auto found = directory.find({5});
    ASSERT_TRUE(found);
    const auto mark = static_cast<unsigned char>(found->shop.value);
    EXPECT_EQ(found->key, entry_of(mark).key);
    EXPECT_EQ(found->card, entry_of(mark).card);
  }
  writer.join();
}

}  // namespace
}  // namespace spillway::storage
