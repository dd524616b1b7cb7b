// The keys that live as long as the data, random, in one file: DIR/keys/system.keys, wrapped under
// the master key, so that to change the master is to write one small file anew. In a folder of the
// first format these keys were derived from its master key; such a folder keeps their values.
//
//   file     version (1 byte: 1), nonce (24), content under crypto_secretbox (16 more)
//   content  the keys below in their order, then the number of past signing keys (2, big-endian)
//   and
//            these (32 each)
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

using SigningPublicKey = std::array<unsigned char, 32>;  // Ed25519, RFC 8032

struct SystemKeys {
  SecretKey journal;                           // of RecordSeal
  Secret<16> checksums;                        // of rows, marks, cards, tombstones
  Secret<16> idempotency;                      // of the hashes of idempotency keys and bodies
  Secret<16> order_codes;                      //
  SecretKey card_wrapping;                     // of the card epochs' files
  SecretKey personal_wrapping;                 // of the personal data's epochs' files
  SecretKey members;                           // of the registry: wraps the members\' keys
  SecretKey signing;                           // seed of the Ed25519 key that signs receipts
  std::vector<SigningPublicKey> past_signing;  // published for as long as receipts may be shown
};

SystemKeys new_system_keys();

// What a folder of the first format has: by crypto_kdf from its master key; what it did not have is
// new.
SystemKeys derived_system_keys(const SecretKey& master);

std::string wrap(const SystemKeys& keys, const SecretKey& master);

// Nothing when it is damaged, of another version, or under another master key.
std::optional<SystemKeys> unwrap_system_keys(const std::string& file, const SecretKey& master);

SigningPublicKey public_key_of(const SecretKey& signing_seed);

}  // namespace spillway::storage
