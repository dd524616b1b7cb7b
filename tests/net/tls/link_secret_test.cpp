#include "net/tls/link_secret.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway::net {
namespace {

using Role = LinkSecret::Role;

const std::string key_text = "a card key of 32 bytes, sort of.";

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// A pair of sides that have agreed.
struct Link {
  explicit Link(Role of_first = Role::connected, Role of_second = Role::accepted) {
    SPILLWAY_CHECK(first.agree(of_first, second.public_key()).has_value(), "first");
    SPILLWAY_CHECK(second.agree(of_second, first.public_key()).has_value(), "second");
  }
  LinkSecret first;
  LinkSecret second;
};

// What was sealed, or nothing.
std::optional<std::string> opened(const LinkSecret& by, std::string_view associated,
                                  std::string_view sealed) {
  std::vector<std::byte> out(
      sealed.size() < LinkSecret::overhead ? 0 : sealed.size() - LinkSecret::overhead,
      std::byte{1});
  if (!by.open(associated, sealed, out)) {
    EXPECT_TRUE(std::ranges::all_of(out, [](std::byte b) { return b == std::byte{0}; }));
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(out.data()), out.size());
}

TEST(LinkSecret, CarriesKeysInBothDirections) {
  const Link link;
  EXPECT_EQ(opened(link.second, "epoch 7", link.first.seal("epoch 7", bytes_of(key_text))),
            key_text);
  EXPECT_EQ(opened(link.first, "", link.second.seal("", bytes_of(key_text))), key_text);
  EXPECT_EQ(opened(link.first, "x", link.second.seal("x", {})), "");
}

TEST(LinkSecret, NeverSealsTheSameTwice) {
  const Link link;
  const std::string once = link.first.seal("", bytes_of(key_text));
  const std::string twice = link.first.seal("", bytes_of(key_text));
  EXPECT_EQ(once.size(), key_text.size() + LinkSecret::overhead);
  EXPECT_NE(once.substr(0, 24), twice.substr(0, 24));
  EXPECT_NE(once.substr(24), twice.substr(24));
  EXPECT_EQ(once.find("card key"), std::string::npos);
  EXPECT_NE(LinkSecret().public_key(), LinkSecret().public_key());
}

TEST(LinkSecret, OpensNothingThatWasAltered) {
  const Link link;
  const std::string sealed = link.first.seal("epoch 7", bytes_of(key_text));
  for (std::size_t place = 0; place < sealed.size(); ++place) {
    std::string altered = sealed;
    altered[place] = static_cast<char>(altered[place] ^ 0x40);
    EXPECT_EQ(opened(link.second, "epoch 7", altered), std::nullopt) << place;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_EQ(opened(link.second, "epoch 7", sealed.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(opened(link.second, "epoch 7", sealed + "x"), std::nullopt);
  for (const auto associated : {"epoch 8", "", "epoch 7 "})
    EXPECT_EQ(opened(link.second, associated, sealed), std::nullopt) << associated;
}

TEST(LinkSecret, OpensNothingOfAnotherLinkOrItsOwn) {
  const Link link;
  const Link other;
  const std::string sealed = link.first.seal("", bytes_of(key_text));
  EXPECT_EQ(opened(other.second, "", sealed), std::nullopt);
  EXPECT_EQ(opened(link.first, "", sealed), std::nullopt);  // thrown back
  LinkSecret stranger;
  ASSERT_TRUE(stranger.agree(Role::accepted, link.first.public_key()));
  EXPECT_EQ(opened(stranger, "", sealed), std::nullopt);
}

TEST(LinkSecret, OpensNothingWhereTheRolesAreNotTwo) {
  const Link swapped(Role::accepted, Role::connected);
  EXPECT_EQ(opened(swapped.second, "", swapped.first.seal("", bytes_of(key_text))), key_text);
  for (const Role role : {Role::connected, Role::accepted}) {
    const Link same(role, role);
    EXPECT_EQ(opened(same.second, "", same.first.seal("", bytes_of(key_text))), std::nullopt);
  }
}

TEST(LinkSecret, RefusesAPublicKeyThatLeadsToAKnownSecret) {
  LinkSecret own;
  EXPECT_FALSE(own.agree(Role::connected, LinkSecret::PublicKey{}));
  LinkSecret::PublicKey one{};
  one[0] = std::byte{1};
  EXPECT_FALSE(own.agree(Role::connected, one));
  LinkSecret peer;
  EXPECT_TRUE(own.agree(Role::connected, peer.public_key()));  // a refusal spends nothing
}

TEST(LinkSecret, OpensOnlyWhatHasTheLengthThatIsExpected) {
  const Link link;
  const std::string sealed = link.first.seal("", bytes_of(key_text));
  std::vector<std::byte> shorter(key_text.size() - 1);
  std::vector<std::byte> longer(key_text.size() + 1);
  EXPECT_FALSE(link.second.open("", sealed, shorter));
  EXPECT_FALSE(link.second.open("", sealed, longer));
}

}  // namespace
}  // namespace spillway::net
