#include "storage/card_vault.hpp"

#include <cstring>

#include "storage/bytes.hpp"
#include "storage/packed_card.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t nonce_at = 4;
constexpr std::size_t ciphertext_at = nonce_at + crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t plaintext_size = sizeof(PackedCard::bytes);
static_assert(ciphertext_at + plaintext_size + crypto_aead_chacha20poly1305_ietf_ABYTES ==
              SealedCard::size);

std::array<unsigned char, 4> associated_data(ShopId shop) {
  std::array<unsigned char, 4> data;
  put_big_endian(data.data(), shop.value);
  return data;
}

}  // namespace

CardVault::CardVault(const Keyring& keys) : keys_(keys.card_keys()), epoch_(keys.card_epoch()) {
  randombytes_buf(nonce_prefix_.data(), nonce_prefix_.size());
  std::uint64_t start = 0;
  randombytes_buf(&start, sizeof start);
  nonce_counter_ = start;
}

SealedCard CardVault::seal(const CardDetails& card, ShopId shop) const {
  SealedCard sealed;
  auto* out = reinterpret_cast<unsigned char*>(sealed.bytes.data());
  put_big_endian(out, epoch_);
  std::memcpy(out + nonce_at, nonce_prefix_.data(), nonce_prefix_.size());
  put_big_endian(out + nonce_at + nonce_prefix_.size(),
                 nonce_counter_.fetch_add(1, std::memory_order_relaxed));
  const PackedCard plain = pack(card);
  const auto associated = associated_data(shop);
  crypto_aead_chacha20poly1305_ietf_encrypt(
      out + ciphertext_at, nullptr, plain.bytes.data(), plain.bytes.size(), associated.data(),
      associated.size(), nullptr, out + nonce_at, keys_.at(epoch_).bytes.data());
  return sealed;
}

std::optional<CardDetails> CardVault::open(const SealedCard& sealed, ShopId shop) const {
  const auto* in = reinterpret_cast<const unsigned char*>(sealed.bytes.data());
  const auto key = keys_.find(get_big_endian<CardEpoch>(in));
  if (key == keys_.end()) return std::nullopt;
  PackedCard plain;
  const auto associated = associated_data(shop);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          plain.bytes.data(), nullptr, nullptr, in + ciphertext_at,
          SealedCard::size - ciphertext_at, associated.data(), associated.size(), in + nonce_at,
          key->second.bytes.data()) != 0)
    return std::nullopt;
  return unpack(plain);
}

}  // namespace spillway::storage
