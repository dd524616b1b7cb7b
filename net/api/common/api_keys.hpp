// The shops' API keys. A key is a bearer token (RFC 6750); only its BLAKE2b-256 hash is known here,
// so that neither the configuration nor this process' memory gives a key away. A key is long and
// random, which is why one fast hash is enough where a password would need a slow one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/account/limits.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"

namespace spillway::net {

struct ShopKey {
  ShopId shop;
  std::string hash;  // 64 hexadecimal digits, as `hash_api_key` gives them
};

// Whose key a request came with.
struct IdentifiedKey {
  ShopId shop;
  std::uint64_t beginning = 0;  // of the key's hash, big-endian

  std::string id() const;  // as `key_id` gives it
};

// What names a key and does not give it away: the first 12 digits of its hash.
std::string key_id(std::string_view hash);

// A new key: the prefix, and 24 bytes of chance in URL-safe base 64, which a person can select with
// a double click and which nobody guesses.
std::string make_api_key(std::string_view prefix);

// What the configuration holds in a key's place.
std::string hash_api_key(std::string_view key);

// Whether a text can be a key: limits::api_key_min to limits::api_key_max of the characters of a
// bearer token (RFC 6750 2.1, b64token). At 6 bits a character the least is 132 bits.
bool is_api_key(std::string_view key);

// Thread-safe: it does not change.
class ApiKeys {
 public:
  // An error names the first hash that is malformed or stands twice. A shop may have several keys,
  // so that it can change them without a gap.
  static Result<ApiKeys> from(std::span<const ShopKey> keys);

  // The shop of the key in an Authorization header's value, "Bearer KEY" (RFC 9110 11.6.2).
  // Nothing for every other value. 0.4 µs.
  std::optional<ShopId> authenticate(std::string_view authorization) const;
  std::optional<IdentifiedKey> identify(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    std::uint64_t beginning = 0;  // of the digest, big-endian; what the entries are sorted by
    Digest digest{};
    ShopId shop;
  };

  std::vector<Entry> entries_;
};

}  // namespace spillway::net
