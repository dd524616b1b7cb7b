#include "storage/card_vault.hpp"

#include <cstring>

#include "storage/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t nonce_at = 4;
constexpr std::size_t ciphertext_at = nonce_at + crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t plaintext_size = 16;
static_assert(ciphertext_at + plaintext_size + crypto_aead_chacha20poly1305_ietf_ABYTES ==
              SealedCard::size);

constexpr std::size_t digits_max = 19;
constexpr std::size_t expiry_at = (digits_max + 1) / 2;
constexpr unsigned padding = 0xF;

// The clear form on its way in or out.
using Plaintext = Secret<plaintext_size>;

unsigned char two_digits(unsigned number) {
  return static_cast<unsigned char>((number / 10 % 10) << 4 | number % 10);
}

Plaintext pack(const CardDetails& card) {
  const std::string_view digits = card.number.digits();
  Plaintext plain;
  for (std::size_t i = 0; i <= digits_max; ++i) {
    const unsigned nibble = i < digits.size() ? static_cast<unsigned>(digits[i] - '0') : padding;
    plain.bytes[i / 2] |= static_cast<unsigned char>(i % 2 == 0 ? nibble << 4 : nibble);
  }
  plain.bytes[expiry_at] = two_digits(card.expiry.year);
  plain.bytes[expiry_at + 1] = two_digits(card.expiry.month);
  return plain;
}

std::optional<CardDetails> unpack(const Plaintext& plain) {
  Secret<digits_max + 1> digits;
  std::size_t count = 0;
  for (; count <= digits_max; ++count) {
    const unsigned byte = plain.bytes[count / 2];
    const unsigned nibble = count % 2 == 0 ? byte >> 4 : byte & 0xF;
    if (nibble > 9) break;
    digits.bytes[count] = static_cast<unsigned char>('0' + nibble);
  }
  const auto number = CardNumber::from({reinterpret_cast<const char*>(digits.bytes.data()), count});
  if (!number) return std::nullopt;
  const auto number_of = [](unsigned byte) { return (byte >> 4) * 10 + (byte & 0xF); };
  CardDetails card;
  card.number = *number;
  card.expiry.year = static_cast<std::uint16_t>(2000 + number_of(plain.bytes[expiry_at]));
  card.expiry.month = static_cast<std::uint8_t>(number_of(plain.bytes[expiry_at + 1]));
  return card;
}

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
  const Plaintext plain = pack(card);
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
  Plaintext plain;
  const auto associated = associated_data(shop);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          plain.bytes.data(), nullptr, nullptr, in + ciphertext_at,
          SealedCard::size - ciphertext_at, associated.data(), associated.size(), in + nonce_at,
          key->second.bytes.data()) != 0)
    return std::nullopt;
  return unpack(plain);
}

}  // namespace spillway::storage
