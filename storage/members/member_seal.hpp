// Seals what is known of a member under his own key (member_keys.hpp): his account, and his
// registered card, which lives for years and so does not belong under a key epoch of orders' cards.
//
// Both are XChaCha20-Poly1305: nonce (24, random), ciphertext, tag (16). Associated data: what it
// is (1 byte: 1 account, 2 card), the member's id (4, big-endian).
//
// The keys stay wrapped in memory, too; each call unwraps one and wipes it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/account/member_number.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/card/card.hpp"
#include "engine/order/issuer.hpp"
#include "storage/base/secret_key.hpp"
#include "storage/members/member_keys.hpp"

namespace spillway::storage {

// Under the seal: the company (1 byte), the packed card (16).
struct SealedMemberCard {
  static constexpr std::size_t size = 24 + 17 + 16;
  std::array<unsigned char, size> bytes{};
  friend bool operator==(const SealedMemberCard&, const SealedMemberCard&) = default;
};

// A registered card as it may be shown.
struct ShownCard {
  MaskedCard card;
  CardExpiry expiry;
  friend bool operator==(const ShownCard&, const ShownCard&) = default;
};

// A registered card made ready to pay for one order.
struct CardForOrder {
  SealedCard sealed;  // for the vault, like a card that came with the order
  MaskedCard card;
  Issuer issuer{};
};
enum class CardForOrderFault : std::uint8_t { expired, unreadable };

// Thread-safe.
class MemberSeal {
 public:
  // `secret`: the system's key for members.
  explicit MemberSeal(const SecretKey& secret);

  MemberNumbers::Key numbers() const;  // the key of the membership numbers

  WrappedMemberKey make_key(MemberId member) const;

  // Nothing, on opening, when the key or the bytes are not those that were sealed for this member.
  std::optional<std::string> seal_account(MemberId member, const WrappedMemberKey& key,
                                          std::string_view account) const;
  std::optional<std::string> open_account(MemberId member, const WrappedMemberKey& key,
                                          std::string_view sealed) const;

  std::optional<SealedMemberCard> seal_card(MemberId member, const WrappedMemberKey& key,
                                            CardCompany company, const CardDetails& card) const;
  std::optional<ShownCard> show_card(MemberId member, const WrappedMemberKey& key,
                                     const SealedMemberCard& sealed) const;

  // Seals the card once more, for an order of `shop`. In the clear it exists in this call alone.
  Result<CardForOrder, CardForOrderFault> seal_for_order(MemberId member,
                                                         const WrappedMemberKey& key,
                                                         const SealedMemberCard& sealed,
                                                         ShopId shop, CardExpiry this_month,
                                                         const CardSeal& vault) const;

 private:
  struct OpenedCard {
    CardCompany company{};
    CardDetails details;
  };
  std::optional<SecretKey> unwrap(MemberId member, const WrappedMemberKey& key) const;
  std::optional<OpenedCard> open_card(MemberId member, const WrappedMemberKey& key,
                                      const SealedMemberCard& sealed) const;

  SecretKey wrapping_;
  Secret<16> numbers_;
};

}  // namespace spillway::storage
