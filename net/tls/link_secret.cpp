#include "net/tls/link_secret.hpp"

#include <algorithm>

#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "engine/base/invariants.hpp"

namespace spillway::net {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(LinkSecret::overhead == nonce_size + tag_size);
static_assert(sizeof(LinkSecret::PublicKey) == crypto_kx_PUBLICKEYBYTES);
static_assert(crypto_kx_SECRETKEYBYTES == 32 && crypto_kx_SESSIONKEYBYTES == 32);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == crypto_kx_SESSIONKEYBYTES);

}  // namespace

void LinkSecret::Free::operator()(Keys* keys) const {
  sodium_free(keys);  // wipes it
}

LinkSecret::LinkSecret() {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium could not be started");
  keys_.reset(static_cast<Keys*>(sodium_malloc(sizeof(Keys))));
  SPILLWAY_CHECK(keys_ != nullptr, "there is no memory for the keys of a link");
  crypto_kx_keypair(reinterpret_cast<unsigned char*>(public_.data()), keys_->own.data());
}

Result<void> LinkSecret::agree(Role own, const PublicKey& peer) {
  SPILLWAY_CHECK(!agreed_, "a link's keys were agreed on twice");
  const auto* const mine = reinterpret_cast<const unsigned char*>(public_.data());
  const auto* const theirs = reinterpret_cast<const unsigned char*>(peer.data());
  const auto derive =
      own == Role::connected ? crypto_kx_client_session_keys : crypto_kx_server_session_keys;
  if (derive(keys_->receive.data(), keys_->send.data(), mine, keys_->own.data(), theirs) != 0)
    return Error{"the peer's public key for the link is not one that is made by chance"};
  sodium_memzero(keys_->own.data(), keys_->own.size());
  agreed_ = true;
  return {};
}

std::string LinkSecret::seal(std::string_view associated, std::span<const std::byte> text) const {
  SPILLWAY_CHECK(agreed_, "something was to be sealed for a link without keys");
  std::string sealed(text.size() + overhead, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  randombytes_buf(out, nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      out + nonce_size, nullptr, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
      bytes_of(associated), associated.size(), nullptr, out, keys_->send.data());
  return sealed;
}

Result<void> LinkSecret::open(std::string_view associated, std::string_view sealed,
                              std::span<std::byte> out) const {
  SPILLWAY_CHECK(agreed_, "something was to be opened of a link without keys");
  std::ranges::fill(out, std::byte{0});
  if (sealed.size() < overhead || sealed.size() - overhead != out.size())
    return Error{"what the peer sealed does not have the length it should have"};
  const unsigned char* const nonce = bytes_of(sealed);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(out.data()), nullptr, nullptr, nonce + nonce_size,
          sealed.size() - nonce_size, bytes_of(associated), associated.size(), nonce,
          keys_->receive.data()) != 0)
    return Error{"what came was not sealed by the peer for this link and place"};
  return {};
}

}  // namespace spillway::net
