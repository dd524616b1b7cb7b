#include "actors/accounts/session_tokens.hpp"

#include <sodium.h>

#include "engine/base/byte_view.hpp"

namespace spillway::actors {

std::string make_session_token() {
  unsigned char chance[32];
  randombytes_buf(chance, sizeof chance);
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(sizeof chance, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), chance, sizeof chance, variant);
  sodium_memzero(chance, sizeof chance);
  text.pop_back();  // the zero that sodium ends it with
  return "ms_" + text;
}

TokenHash hash_session_token(std::string_view token) {
  TokenHash hash;
  crypto_generichash(hash.data(), hash.size(), bytes_of(token), token.size(), nullptr, 0);
  return hash;
}

bool same_token(const TokenHash& a, const TokenHash& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace spillway::actors
