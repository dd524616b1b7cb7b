#include "storage/keys/system_keys.hpp"

#include <cstring>

#include "engine/base/byte_view.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr char system_keys_version = 1;
constexpr std::size_t system_keys_box_at = 1 + crypto_secretbox_NONCEBYTES;
constexpr std::size_t fixed_size = 5 * 32 + 3 * 16;
constexpr std::size_t past_at = fixed_size + 2;

// Calls `visit` with the bytes of every key, in their order in the file.
template <class Keys, class Visit>
void each_key(Keys& keys, Visit visit) {
  visit(keys.journal.bytes);
  visit(keys.checksums.bytes);
  visit(keys.idempotency.bytes);
  visit(keys.order_codes.bytes);
  visit(keys.card_wrapping.bytes);
  visit(keys.personal_wrapping.bytes);
  visit(keys.members.bytes);
  visit(keys.signing.bytes);
}

// The numbers by which crypto_kdf tells the keys apart: never give one a second meaning.
enum class KeyUse : std::uint64_t {
  journal = 1,
  checksums = 2,
  idempotency = 3,
  order_codes = 4,
  card_wrapping = 5,
};

template <std::size_t size>
Secret<size> derive_key(const SecretKey& master, KeyUse use) {
  static_assert(sizeof(std::array<unsigned char, 32>) == crypto_kdf_KEYBYTES);
  constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "spillway";
  Secret<size> key;
  crypto_kdf_derive_from_key(key.bytes.data(), size, static_cast<std::uint64_t>(use), context,
                             master.bytes.data());
  return key;
}

}  // namespace

SystemKeys new_system_keys() {
  SystemKeys keys;
  each_key(keys, [](auto& bytes) { randombytes_buf(bytes.data(), bytes.size()); });
  return keys;
}

SystemKeys derived_system_keys(const SecretKey& master) {
  SystemKeys keys = new_system_keys();
  keys.journal = derive_key<32>(master, KeyUse::journal);
  keys.checksums = derive_key<16>(master, KeyUse::checksums);
  keys.idempotency = derive_key<16>(master, KeyUse::idempotency);
  keys.order_codes = derive_key<16>(master, KeyUse::order_codes);
  keys.card_wrapping = derive_key<32>(master, KeyUse::card_wrapping);
  return keys;
}

std::string wrap(const SystemKeys& keys, const SecretKey& master) {
  std::string content(past_at + keys.past_signing.size() * sizeof(SigningPublicKey), '\0');
  char* out = content.data();
  each_key(keys, [&](const auto& bytes) {
    std::memcpy(out, bytes.data(), bytes.size());
    out += bytes.size();
  });
  put_big_endian(out, static_cast<std::uint16_t>(keys.past_signing.size()));
  out += 2;
  for (const SigningPublicKey& past : keys.past_signing) {
    std::memcpy(out, past.data(), past.size());
    out += past.size();
  }
  std::string file(system_keys_box_at + crypto_secretbox_MACBYTES + content.size(), '\0');
  file[0] = system_keys_version;
  unsigned char* nonce = bytes_of(file) + 1;
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes_of(file) + system_keys_box_at, bytes_of(content), content.size(),
                        nonce, master.bytes.data());
  sodium_memzero(content.data(), content.size());
  return file;
}

std::optional<SystemKeys> unwrap_system_keys(const std::string& file, const SecretKey& master) {
  if (file.size() < system_keys_box_at + crypto_secretbox_MACBYTES + past_at ||
      file[0] != system_keys_version)
    return std::nullopt;
  std::string content(file.size() - system_keys_box_at - crypto_secretbox_MACBYTES, '\0');
  const auto* in = reinterpret_cast<const unsigned char*>(file.data());
  if (crypto_secretbox_open_easy(bytes_of(content), in + system_keys_box_at,
                                 file.size() - system_keys_box_at, in + 1,
                                 master.bytes.data()) != 0)
    return std::nullopt;
  SystemKeys keys;
  const char* at = content.data();
  each_key(keys, [&](auto& bytes) {
    std::memcpy(bytes.data(), at, bytes.size());
    at += bytes.size();
  });
  keys.past_signing.resize(get_big_endian<std::uint16_t>(at));
  at += 2;
  const bool whole =
      content.size() == past_at + keys.past_signing.size() * sizeof(SigningPublicKey);
  if (whole) {
    for (SigningPublicKey& past : keys.past_signing) {
      std::memcpy(past.data(), at, past.size());
      at += past.size();
    }
  }
  sodium_memzero(content.data(), content.size());
  if (!whole) return std::nullopt;
  return keys;
}

SigningPublicKey public_key_of(const SecretKey& signing_seed) {
  SigningPublicKey key;
  Secret<crypto_sign_SECRETKEYBYTES> secret;
  static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_PUBLICKEYBYTES == sizeof key);
  crypto_sign_seed_keypair(key.data(), secret.bytes.data(), signing_seed.bytes.data());
  return key;
}

}  // namespace spillway::storage
