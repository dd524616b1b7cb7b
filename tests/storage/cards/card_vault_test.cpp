#include "storage/cards/card_vault.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::storage {
namespace {

Keyring keys_in(const ScratchFolder& folder) {
  auto keys = Keyring::open(folder.path(), std::string(64, 'a'));
  EXPECT_TRUE(keys) << keys.error().message;
  return *keys;
}

CardDetails details(const char* digits) {
  CardDetails card;
  card.number = CardNumber::from(digits).value();
  card.expiry = {2028, 12};
  return card;
}

TEST(CardVault, OpensWhatItSealed) {
  const ScratchFolder folder;
  const CardVault vault(keys_in(folder));
  for (const char* digits : {"4242424242424242", "371449635398431", "30569309025904",
                             "6799990100000000019", "676770000005"}) {
    const SealedCard sealed = vault.seal(details(digits), {7});
    const auto card = CardVault(keys_in(folder)).open(sealed, {7});
    ASSERT_TRUE(card) << digits;
    EXPECT_EQ(card->number.digits(), digits);
    EXPECT_EQ(card->expiry, (CardExpiry{2028, 12}));
  }
}

TEST(CardVault, RefusesAnotherShopAndEveryFlippedBit) {
  const ScratchFolder folder;
  const CardVault vault(keys_in(folder));
  const SealedCard sealed = vault.seal(details("4242424242424242"), {7});
  EXPECT_TRUE(vault.open(sealed, {7}));
  EXPECT_FALSE(vault.open(sealed, {8}));
  for (std::size_t bit = 0; bit < SealedCard::size * 8; ++bit) {
    SealedCard flipped = sealed;
    flipped.bytes[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    EXPECT_FALSE(vault.open(flipped, {7})) << "bit " << bit;
  }
}

TEST(CardVault, ShowsNothingOfTheNumber) {
  const ScratchFolder folder;
  const CardVault vault(keys_in(folder));
  const SealedCard sealed = vault.seal(details("4242424242424242"), {7});
  const std::string bytes(reinterpret_cast<const char*>(sealed.bytes.data()), SealedCard::size);
  EXPECT_EQ(bytes.find("4242"), std::string::npos);
  EXPECT_EQ(bytes.find(std::string(8, 0x42)), std::string::npos);
}

TEST(CardVault, NeverUsesANonceTwice) {
  const ScratchFolder folder;
  const Keyring keys = keys_in(folder);
  std::set<std::string> nonces;
  for (int start = 0; start < 20; ++start) {
    const CardVault vault(keys);
    for (int card = 0; card < 100; ++card) {
      const SealedCard sealed = vault.seal(details("4242424242424242"), {7});
      nonces.emplace(reinterpret_cast<const char*>(sealed.bytes.data()) + 4, 12);
    }
  }
  EXPECT_EQ(nonces.size(), 2'000U);
}

TEST(CardVault, RefusesACardWhoseEpochIsGone) {
  const ScratchFolder folder;
  Keyring keys = keys_in(folder);
  const SealedCard sealed = CardVault(keys).seal(details("4242424242424242"), {7});
  ASSERT_TRUE(keys.card_epochs().begin(clock_now()));
  ASSERT_TRUE(keys.card_epochs().destroy(1));
  EXPECT_FALSE(CardVault(keys_in(folder)).open(sealed, {7}));
}

}  // namespace
}  // namespace spillway::storage
