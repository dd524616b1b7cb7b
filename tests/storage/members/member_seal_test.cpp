#include "storage/members/member_seal.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "storage/cards/card_vault.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::storage {
namespace {

constexpr MemberId hanako{7};
constexpr MemberId taro{8};

SecretKey secret(unsigned char byte) {
  SecretKey key;
  key.bytes.fill(byte);
  return key;
}

CardDetails card(CardExpiry expiry = {2028, 12}) {
  CardDetails details;
  details.number = *CardNumber::from("4242424242424242");
  details.expiry = expiry;
  return details;
}

// Remembers what it was given to seal, and for whom.
class RememberingVault final : public CardSeal {
 public:
  SealedCard seal(const CardDetails& details, ShopId shop) const override {
    digits = details.number.digits();
    expiry = details.expiry;
    for_shop = shop;
    return {};
  }
  std::optional<CardDetails> open(const SealedCard&, ShopId) const override { return {}; }
  mutable std::string digits;
  mutable CardExpiry expiry;
  mutable ShopId for_shop;
};

class MemberSealTest : public testing::Test {
 protected:
  MemberSeal seal_{secret(3)};
  WrappedMemberKey key_ = seal_.make_key(hanako);
};

TEST_F(MemberSealTest, OpensWhatItSealed) {
  const auto sealed = seal_.seal_account(hanako, key_, "all about Hanako");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->find("Hanako"), std::string::npos);
  EXPECT_EQ(seal_.open_account(hanako, key_, *sealed), "all about Hanako");
  EXPECT_EQ(seal_.open_account(hanako, key_, *seal_.seal_account(hanako, key_, "")), "");
}

TEST_F(MemberSealTest, OpensUnderNoOtherKeyMemberOrSystem) {
  const auto sealed = seal_.seal_account(hanako, key_, "all about Hanako");
  EXPECT_FALSE(seal_.open_account(hanako, seal_.make_key(hanako), *sealed)) << "a later key";
  EXPECT_FALSE(seal_.open_account(taro, key_, *sealed)) << "another member's slot";
  EXPECT_FALSE(seal_.open_account(hanako, WrappedMemberKey{}, *sealed)) << "a destroyed key";
  EXPECT_FALSE(MemberSeal(secret(4)).open_account(hanako, key_, *sealed)) << "another system";
}

TEST_F(MemberSealTest, NoticesEveryChangedByte) {
  const std::string sealed = *seal_.seal_account(hanako, key_, "all about Hanako");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(seal_.open_account(hanako, key_, changed)) << i;
    EXPECT_FALSE(seal_.open_account(hanako, key_, sealed.substr(0, i))) << i;
  }
  for (std::size_t i = 0; i < key_.bytes.size(); ++i) {
    WrappedMemberKey changed = key_;
    changed.bytes[i] ^= 1;
    EXPECT_FALSE(seal_.open_account(hanako, changed, sealed)) << i;
  }
}

TEST_F(MemberSealTest, SealsTheSameDifferentlyEachTime) {
  EXPECT_NE(seal_.seal_account(hanako, key_, "x"), seal_.seal_account(hanako, key_, "x"));
  EXPECT_NE(seal_.make_key(hanako), seal_.make_key(hanako));
}

TEST_F(MemberSealTest, ShowsOfACardItsCompanyLastFourAndExpiry) {
  const auto sealed = seal_.seal_card(hanako, key_, CardCompany::jcb, card());
  ASSERT_TRUE(sealed);
  const auto shown = seal_.show_card(hanako, key_, *sealed);
  ASSERT_TRUE(shown);
  EXPECT_EQ(*shown, (ShownCard{{CardCompany::jcb, {'4', '2', '4', '2'}}, {2028, 12}}));
  EXPECT_FALSE(seal_.show_card(taro, seal_.make_key(taro), *sealed));
}

TEST_F(MemberSealTest, AnAccountIsNoCard) {
  const auto sealed = seal_.seal_card(hanako, key_, CardCompany::jcb, card());
  const std::string bytes(reinterpret_cast<const char*>(sealed->bytes.data()),
                          sealed->bytes.size());
  EXPECT_FALSE(seal_.open_account(hanako, key_, bytes));
}

TEST_F(MemberSealTest, SealsTheRegisteredCardForAnOrder) {
  const auto sealed = seal_.seal_card(hanako, key_, CardCompany::visa, card());
  const RememberingVault vault;
  const auto paid = seal_.seal_for_order(hanako, key_, *sealed, ShopId{2}, {2028, 12}, vault);
  ASSERT_TRUE(paid);
  EXPECT_EQ(paid->card, (MaskedCard{CardCompany::visa, {'4', '2', '4', '2'}}));
  EXPECT_EQ(vault.digits, "4242424242424242");
  EXPECT_EQ(vault.expiry, (CardExpiry{2028, 12}));
  EXPECT_EQ(vault.for_shop, ShopId{2});
}

TEST_F(MemberSealTest, DoesNotPayWithACardThatExpiredOrDoesNotOpen) {
  const auto sealed = seal_.seal_card(hanako, key_, CardCompany::visa, card({2026, 10}));
  const RememberingVault vault;
  const auto expired = seal_.seal_for_order(hanako, key_, *sealed, ShopId{2}, {2026, 11}, vault);
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error(), CardForOrderFault::expired);
  const auto gone =
      seal_.seal_for_order(hanako, WrappedMemberKey{}, *sealed, ShopId{2}, {2026, 10}, vault);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error(), CardForOrderFault::unreadable);
  EXPECT_TRUE(vault.digits.empty());
}

TEST_F(MemberSealTest, GivesEachSystemItsOwnMembershipNumbers) {
  EXPECT_EQ(seal_.numbers(), MemberSeal(secret(3)).numbers());
  EXPECT_NE(seal_.numbers(), MemberSeal(secret(4)).numbers());
}

}  // namespace
}  // namespace spillway::storage
