// Secrecy of one link between two systems, for the keys that open cards: the middleware's TLS ends
// in its own buffers, and card keys shall lie in the clear in none. Each side makes a key pair for
// this link alone (X25519); both agree on a key for each direction (libsodium's crypto_kx), and
// what passes is sealed with XChaCha20-Poly1305 under random nonces. When the link goes its keys
// go, and what was recorded of it stays closed for ever.
//
// It does not say who the peer is: both public keys belong into what ClusterIdentity signs. It does
// not notice what comes twice either: `associated` has to say which message it is.
//
// Threads: one, until `agree` was called; then `seal` and `open` from any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace spillway::net {

class LinkSecret {
 public:
  // One side of a link connected, the other took the connection.
  enum class Role : std::uint8_t { connected, accepted };

  using PublicKey = std::array<std::byte, 32>;
  static constexpr std::size_t overhead = 24 + 16;  // nonce and tag

  // Makes the key pair.
  LinkSecret();

  const PublicKey& public_key() const { return public_; }

  // Once, before `seal` and `open`, with what the peer sent as its public key. Fails for a key that
  // nobody makes by chance (of low order). The own secret key is wiped here.
  Result<void> agree(Role own, const PublicKey& peer);

  // For the peer: nonce, sealed text, tag; `overhead` bytes longer than the text.
  std::string seal(std::string_view associated, std::span<const std::byte> text) const;

  // Into `out`, which is `overhead` bytes shorter than `sealed`; on an error there are zeros in it.
  // What the peer did not seal, or with other associated data, is not opened.
  Result<void> open(std::string_view associated, std::string_view sealed,
                    std::span<std::byte> out) const;

 private:
  struct Keys {
    std::array<unsigned char, 32> own;  // secret
    std::array<unsigned char, 32> receive;
    std::array<unsigned char, 32> send;
  };
  struct Free {
    void operator()(Keys* keys) const;
  };
  PublicKey public_{};
  std::unique_ptr<Keys, Free> keys_;  // in locked memory
  bool agreed_ = false;
};

}  // namespace spillway::net
