#include "net/webhook/webhook_signature.hpp"

#include <array>

#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "engine/base/invariants.hpp"

namespace spillway::net {

namespace {

std::string to_base64(const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // libsodium's NUL
  return text;
}

}  // namespace

WebhookSecret random_webhook_secret() {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium did not start");
  WebhookSecret secret;
  randombytes_buf(secret.data(), WebhookSecret::size);
  return secret;
}

std::string to_text(const WebhookSecret& secret) {
  return "whsec_" + to_base64(bytes_of(secret.bytes()), WebhookSecret::size);
}

std::string webhook_signature(std::string_view key, std::string_view id, std::int64_t timestamp_s,
                              std::string_view body) {
  const std::string head = std::string(id) + '.' + std::to_string(timestamp_s) + '.';
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(head), head.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(body), body.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
  crypto_auth_hmacsha256_final(&state, code.data());
  sodium_memzero(&state, sizeof state);
  return "v1," + to_base64(code.data(), code.size());
}

}  // namespace spillway::net
