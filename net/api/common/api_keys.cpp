#include "net/api/common/api_keys.hpp"

#include <algorithm>
#include <cstring>

#include <sodium.h>

#include "engine/account/limits.hpp"
#include "engine/base/byte_view.hpp"
#include "engine/base/characters.hpp"
#include "engine/base/invariants.hpp"
#include "net/http/http_message.hpp"

namespace spillway::net {

namespace {

using Digest = std::array<unsigned char, 32>;

constexpr std::size_t key_id_size = 12;

void start_sodium() {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium could not be started");
}

Digest digest_of(std::string_view key) {
  Digest digest;
  crypto_generichash(digest.data(), digest.size(), bytes_of(key), key.size(), nullptr, 0);
  return digest;
}

std::uint64_t beginning_of(const Digest& digest) {
  std::uint64_t beginning = 0;
  std::memcpy(&beginning, digest.data(), sizeof beginning);
  return __builtin_bswap64(beginning);
}

std::optional<Digest> digest_from(std::string_view hexadecimal) {
  Digest digest;
  std::size_t size = 0;
  const char* end = nullptr;
  if (hexadecimal.size() != 2 * digest.size() ||
      sodium_hex2bin(digest.data(), digest.size(), hexadecimal.data(), hexadecimal.size(), nullptr,
                     &size, &end) != 0 ||
      size != digest.size()) {
    return std::nullopt;
  }
  return digest;
}

bool is_token_character(char c) {
  return is_letter_or_digit(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

}  // namespace

std::string hash_api_key(std::string_view key) {
  start_sodium();
  const Digest digest = digest_of(key);
  std::array<char, 2 * digest.size() + 1> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

std::string make_api_key(std::string_view prefix) {
  start_sodium();
  unsigned char chance[24];
  randombytes_buf(chance, sizeof(chance));
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(sizeof(chance), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), chance, sizeof(chance), variant);
  sodium_memzero(chance, sizeof(chance));
  text.pop_back();  // the zero that sodium ends it with
  return std::string(prefix) + text;
}

bool is_api_key(std::string_view key) {
  return key.size() >= limits::api_key_min && key.size() <= limits::api_key_max &&
         std::ranges::all_of(key, is_token_character);
}

Result<ApiKeys> ApiKeys::from(std::span<const ShopKey> keys) {
  start_sodium();
  ApiKeys made;
  for (const ShopKey& key : keys) {
    const auto digest = digest_from(key.hash);
    if (!digest) {
      return Error{"the key of shop " + std::to_string(key.shop.value) +
                   " is not a hash of 64 hexadecimal digits"};
    }
    for (const Entry& other : made.entries_) {
      if (other.digest == *digest) {
        return Error{"shops " + std::to_string(other.shop.value) + " and " +
                     std::to_string(key.shop.value) + " have the same key"};
      }
    }
    made.entries_.push_back({beginning_of(*digest), *digest, key.shop});
  }
  std::ranges::sort(made.entries_, {}, &Entry::beginning);
  return made;
}

std::string key_id(std::string_view hash) {
  return std::string(hash.substr(0, key_id_size));
}

std::string IdentifiedKey::id() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(key_id_size, '0');
  for (std::size_t i = 0; i < key_id_size; ++i) text[i] = digits[(beginning >> (60 - 4 * i)) & 15];
  return text;
}

std::optional<ShopId> ApiKeys::authenticate(std::string_view authorization) const {
  const auto key = identify(authorization);
  return key ? std::optional(key->shop) : std::nullopt;
}

std::optional<IdentifiedKey> ApiKeys::identify(std::string_view authorization) const {
  constexpr std::string_view scheme = "Bearer ";
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  std::string_view key = authorization.substr(scheme.size());
  key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
  if (!is_api_key(key)) return std::nullopt;

  const Digest digest = digest_of(key);
  const std::uint64_t beginning = beginning_of(digest);
  auto entry = std::ranges::lower_bound(entries_, beginning, {}, &Entry::beginning);
  for (; entry != entries_.end() && entry->beginning == beginning; ++entry) {
    if (sodium_memcmp(entry->digest.data(), digest.data(), digest.size()) == 0)
      return IdentifiedKey{entry->shop, beginning};
  }
  return std::nullopt;
}

}  // namespace spillway::net
