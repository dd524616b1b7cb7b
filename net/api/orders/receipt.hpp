// Receipts: what a shop can show that an order was accepted, and when, without asking us. A JSON
// Web Signature in the compact form (RFC 7515) with Ed25519 (RFC 8037, "EdDSA"), which any JOSE
// library checks against the public keys at GET /v1/keys (a JWK Set, RFC 7517).
//
//   header   {"alg":"EdDSA","kid":"…","typ":"spillway-receipt+jws"}
//   payload  {"order":"3F7K-9Q2M-XW41","shop":7,"reference":"A-10023","amount":3150,
//             "currency":"JPY","received_at":"…","record":123,
//             "commit":{"first":120,"last":131,"chain":"<64 hexadecimal digits>"}}
//
// `chain` is the link of the journal's hash chain for that commit (docs/data-format.md): whoever
// rewrites the journal afterwards cannot make it fit what shops hold.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::net {

struct Receipt {
  std::string order;
  std::uint32_t shop = 0;
  std::string reference;
  std::int64_t amount = 0;  // minor units
  std::string currency;
  std::string received_at;  // RFC 3339
  std::uint64_t record = 0;
  std::uint64_t commit_first = 0;
  std::uint64_t commit_last = 0;
  std::string chain;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

using ReceiptPublicKey = std::array<unsigned char, 32>;

// Signs in 25 µs. Thread-safe.
class ReceiptSigner {
 public:
  explicit ReceiptSigner(std::span<const unsigned char, 32> seed);
  ~ReceiptSigner();
  ReceiptSigner(const ReceiptSigner&) = delete;
  ReceiptSigner& operator=(const ReceiptSigner&) = delete;

  std::string sign(const Receipt& receipt) const;
  const ReceiptPublicKey& public_key() const { return public_; }

 private:
  ReceiptPublicKey public_{};
  unsigned char* secret_;  // 64 bytes of locked memory
  std::string head_;       // encoded, with its dot
};

// The JWK Set of these keys; `kid` is each one's thumbprint (RFC 7638).
std::string jwk_set(std::span<const ReceiptPublicKey> keys);

// What a receipt says, when one of the keys of the JWK Set signed it; otherwise why it does not
// count. Both texts may come from anybody.
Result<Receipt> check_receipt(std::string_view receipt, std::string_view keys);

}  // namespace spillway::net
