#include "storage/members/member_seal.hpp"

#include <cstring>

#include "engine/base/byte_view.hpp"
#include "storage/base/bytes.hpp"
#include "storage/cards/packed_card.hpp"

namespace spillway::storage {

namespace {

// The numbers by which crypto_kdf tells the keys apart: never give one a second meaning.
constexpr std::uint64_t wrapping_use = 1;
constexpr std::uint64_t numbers_use = 2;
constexpr char key_context[crypto_kdf_CONTEXTBYTES + 1] = "members ";

constexpr unsigned char slot_version = 1;
constexpr std::size_t slot_nonce_at = 4;
constexpr std::size_t slot_key_at = slot_nonce_at + crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
static_assert(slot_key_at + sizeof(SecretKey::bytes) + crypto_aead_chacha20poly1305_ietf_ABYTES ==
              sizeof(WrappedMemberKey::bytes));

enum class Sealed : unsigned char { account = 1, card = 2 };
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t card_plaintext_size = 1 + sizeof(PackedCard::bytes);
static_assert(nonce_size + card_plaintext_size + tag_size == SealedMemberCard::size);

using SlotData = std::array<unsigned char, slot_nonce_at + 4>;
SlotData slot_data(MemberId member, const WrappedMemberKey& key) {
  SlotData data;
  std::memcpy(data.data(), key.bytes.data(), slot_nonce_at);
  put_big_endian(data.data() + slot_nonce_at, member.value);
  return data;
}

using AssociatedData = std::array<unsigned char, 5>;
AssociatedData associated_data(Sealed what, MemberId member) {
  AssociatedData data;
  data[0] = static_cast<unsigned char>(what);
  put_big_endian(data.data() + 1, member.value);
  return data;
}

// `out` has room for nonce, plaintext and tag.
void seal(Sealed what, MemberId member, const SecretKey& key, const unsigned char* plain,
          std::size_t size, unsigned char* out) {
  const AssociatedData associated = associated_data(what, member);
  randombytes_buf(out, nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + nonce_size, nullptr, plain, size,
                                             associated.data(), associated.size(), nullptr, out,
                                             key.bytes.data());
}

// `out` has room for `size` less nonce and tag.
bool open(Sealed what, MemberId member, const SecretKey& key, const unsigned char* sealed,
          std::size_t size, unsigned char* out) {
  const AssociatedData associated = associated_data(what, member);
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             out, nullptr, nullptr, sealed + nonce_size, size - nonce_size, associated.data(),
             associated.size(), sealed, key.bytes.data()) == 0;
}

}  // namespace

MemberSeal::MemberSeal(const SecretKey& secret) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  crypto_kdf_derive_from_key(wrapping_.bytes.data(), wrapping_.bytes.size(), wrapping_use,
                             key_context, secret.bytes.data());
  crypto_kdf_derive_from_key(numbers_.bytes.data(), numbers_.bytes.size(), numbers_use, key_context,
                             secret.bytes.data());
}

MemberNumbers::Key MemberSeal::numbers() const {
  return {get_big_endian<std::uint64_t>(numbers_.bytes.data()),
          get_big_endian<std::uint64_t>(numbers_.bytes.data() + 8)};
}

WrappedMemberKey MemberSeal::make_key(MemberId member) const {
  SecretKey key;
  randombytes_buf(key.bytes.data(), key.bytes.size());
  WrappedMemberKey wrapped;
  wrapped.bytes[0] = slot_version;
  unsigned char* const nonce = wrapped.bytes.data() + slot_nonce_at;
  randombytes_buf(nonce, slot_key_at - slot_nonce_at);
  const SlotData associated = slot_data(member, wrapped);
  crypto_aead_chacha20poly1305_ietf_encrypt(
      wrapped.bytes.data() + slot_key_at, nullptr, key.bytes.data(), key.bytes.size(),
      associated.data(), associated.size(), nullptr, nonce, wrapping_.bytes.data());
  return wrapped;
}

std::optional<SecretKey> MemberSeal::unwrap(MemberId member, const WrappedMemberKey& key) const {
  if (key.bytes[0] != slot_version) return std::nullopt;
  std::optional<SecretKey> unwrapped(std::in_place);
  const SlotData associated = slot_data(member, key);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          unwrapped->bytes.data(), nullptr, nullptr, key.bytes.data() + slot_key_at,
          key.bytes.size() - slot_key_at, associated.data(), associated.size(),
          key.bytes.data() + slot_nonce_at, wrapping_.bytes.data()) != 0)
    return std::nullopt;
  return unwrapped;
}

std::optional<std::string> MemberSeal::seal_account(MemberId member, const WrappedMemberKey& key,
                                                    std::string_view account) const {
  const auto secret = unwrap(member, key);
  if (!secret) return std::nullopt;
  std::string sealed(nonce_size + account.size() + tag_size, '\0');
  seal(Sealed::account, member, *secret, bytes_of(account), account.size(), bytes_of(sealed));
  return sealed;
}

std::optional<std::string> MemberSeal::open_account(MemberId member, const WrappedMemberKey& key,
                                                    std::string_view sealed) const {
  const auto secret = unwrap(member, key);
  if (!secret || sealed.size() < nonce_size + tag_size) return std::nullopt;
  std::string account(sealed.size() - nonce_size - tag_size, '\0');
  if (!open(Sealed::account, member, *secret, bytes_of(sealed), sealed.size(), bytes_of(account)))
    return std::nullopt;
  return account;
}

std::optional<SealedMemberCard> MemberSeal::seal_card(MemberId member, const WrappedMemberKey& key,
                                                      CardCompany company,
                                                      const CardDetails& card) const {
  const auto secret = unwrap(member, key);
  if (!secret) return std::nullopt;
  Secret<card_plaintext_size> plain;
  plain.bytes[0] = static_cast<unsigned char>(company);
  const PackedCard packed = pack(card);
  std::memcpy(plain.bytes.data() + 1, packed.bytes.data(), packed.bytes.size());
  SealedMemberCard sealed;
  seal(Sealed::card, member, *secret, plain.bytes.data(), plain.bytes.size(), sealed.bytes.data());
  return sealed;
}

std::optional<MemberSeal::OpenedCard> MemberSeal::open_card(MemberId member,
                                                            const WrappedMemberKey& key,
                                                            const SealedMemberCard& sealed) const {
  const auto secret = unwrap(member, key);
  Secret<card_plaintext_size> plain;
  if (!secret || !open(Sealed::card, member, *secret, sealed.bytes.data(), sealed.bytes.size(),
                       plain.bytes.data()))
    return std::nullopt;
  PackedCard packed;
  std::memcpy(packed.bytes.data(), plain.bytes.data() + 1, packed.bytes.size());
  const auto details = unpack(packed);
  const unsigned company = plain.bytes[0];
  if (!details || company < static_cast<unsigned>(CardCompany::visa) ||
      company > static_cast<unsigned>(CardCompany::diners))
    return std::nullopt;
  return OpenedCard{static_cast<CardCompany>(company), *details};
}

std::optional<ShownCard> MemberSeal::show_card(MemberId member, const WrappedMemberKey& key,
                                               const SealedMemberCard& sealed) const {
  const auto opened = open_card(member, key, sealed);
  if (!opened) return std::nullopt;
  return ShownCard{{opened->company, opened->details.number.last_four()}, opened->details.expiry};
}

Result<CardForOrder, CardForOrderFault> MemberSeal::seal_for_order(
    MemberId member, const WrappedMemberKey& key, const SealedMemberCard& sealed, ShopId shop,
    CardExpiry this_month, const CardSeal& vault) const {
  const auto opened = open_card(member, key, sealed);
  if (!opened) return CardForOrderFault::unreadable;
  if (opened->details.expiry < this_month) return CardForOrderFault::expired;
  return CardForOrder{vault.seal(opened->details, shop),
                      {opened->company, opened->details.number.last_four()},
                      Issuer::of(opened->company, opened->details.number.digits())};
}

}  // namespace spillway::storage
