#include "storage/cards/card_vault.hpp"

#include <cstring>
#include <mutex>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/cards/packed_card.hpp"

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

Epoch epoch_of(const SealedCard& card) {
  return get_big_endian<Epoch>(card.bytes.data());
}

CardVault::CardVault(const Keyring& keys) : epoch_(keys.card_epochs().current()) {
  for (const auto& [epoch, key] : keys.card_epochs().keys()) keys_.emplace(epoch, key.key);
  randombytes_buf(nonce_prefix_.data(), nonce_prefix_.size());
  std::uint64_t start = 0;
  randombytes_buf(&start, sizeof start);
  nonce_counter_ = start;
}

void CardVault::begin(Epoch epoch, const SecretKey& key) {
  const std::unique_lock guard(mutex_);
  keys_.emplace(epoch, key);
  epoch_ = epoch;
}

void CardVault::forget(Epoch epoch) {
  const std::unique_lock guard(mutex_);
  SPILLWAY_CHECK(epoch != epoch_, "the epoch of today's cards is not forgotten");
  keys_.erase(epoch);
}

SealedCard CardVault::seal(const CardDetails& card, ShopId shop) const {
  SealedCard sealed;
  auto* out = reinterpret_cast<unsigned char*>(sealed.bytes.data());
  std::memcpy(out + nonce_at, nonce_prefix_.data(), nonce_prefix_.size());
  put_big_endian(out + nonce_at + nonce_prefix_.size(),
                 nonce_counter_.fetch_add(1, std::memory_order_relaxed));
  const PackedCard plain = pack(card);
  const auto associated = associated_data(shop);
  const std::shared_lock guard(mutex_);
  put_big_endian(out, epoch_);
  crypto_aead_chacha20poly1305_ietf_encrypt(
      out + ciphertext_at, nullptr, plain.bytes.data(), plain.bytes.size(), associated.data(),
      associated.size(), nullptr, out + nonce_at, keys_.at(epoch_).bytes.data());
  return sealed;
}

std::optional<CardDetails> CardVault::open(const SealedCard& sealed, ShopId shop) const {
  const std::shared_lock guard(mutex_);
  const auto key = keys_.find(epoch_of(sealed));
  if (key == keys_.end()) return std::nullopt;
  return open_card(sealed, shop, key->second);
}

std::optional<SecretKey> CardVault::key_of(Epoch epoch) const {
  const std::shared_lock guard(mutex_);
  const auto key = keys_.find(epoch);
  if (key == keys_.end()) return std::nullopt;
  return key->second;
}

std::optional<CardDetails> open_card(const SealedCard& sealed, ShopId shop, const SecretKey& key) {
  const auto* in = reinterpret_cast<const unsigned char*>(sealed.bytes.data());
  PackedCard plain;
  const auto associated = associated_data(shop);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          plain.bytes.data(), nullptr, nullptr, in + ciphertext_at,
          SealedCard::size - ciphertext_at, associated.data(), associated.size(), in + nonce_at,
          key.bytes.data()) != 0)
    return std::nullopt;
  return unpack(plain);
}

}  // namespace spillway::storage
