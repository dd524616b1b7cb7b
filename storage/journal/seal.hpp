// How a record looks on disk: sealed, so that a changed bit, a record moved to another number, and
// a reader without the key all come to nothing. docs/data-format.md has an example in hex.
//
//   header      version (1 byte), algorithm (1), salt (4, random, new at each start)
//   ciphertext  order (8, big-endian), time (8, µs since 1970), kind (1), body
//   tag         16
//
// Nonce: salt ‖ record number. Associated data: header ‖ record number. A number is sealed twice
// only when the process died before its first commit was done; the salt of the new start keeps the
// nonces apart.
//
// AES-256-GCM where the processor has instructions for it (0.45 µs for a record of 250 bytes), else
// ChaCha20-Poly1305 (1.6 µs); the header names it, so that data can move between machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sodium.h>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

enum class SealAlgorithm : std::uint8_t { aes256_gcm = 1, chacha20_poly1305 = 2 };

// What is under the seal. `body` points into the memory that was sealed or opened.
struct SealedContent {
  OrderNumber order;
  Timestamp at;
  std::uint8_t kind = 0;
  std::string_view body;
};

// Thread-safe.
class RecordSeal {
 public:
  static constexpr std::size_t header_size = 6;
  static constexpr std::size_t fixed_size = 17;  // order, time, kind
  static constexpr std::size_t tag_size = 16;
  static constexpr std::size_t overhead = header_size + fixed_size + tag_size;

  static SealAlgorithm fastest_here();

  explicit RecordSeal(const SecretKey& key, SealAlgorithm algorithm = fastest_here());
  ~RecordSeal();
  RecordSeal(const RecordSeal&) = delete;
  RecordSeal& operator=(const RecordSeal&) = delete;

  // Writes body.size() + overhead bytes. Allocates nothing: the plaintext is encrypted in place.
  void seal(RecordNumber number, const SealedContent& content, char* out) const;

  // The error says that the record is damaged, or what this machine lacks to read it. `buffer`
  // holds the plaintext afterwards.
  Result<SealedContent> open(RecordNumber number, std::string_view stored,
                             std::string& buffer) const;

 private:
  SecretKey key_;
  SealAlgorithm algorithm_;
  bool aes_here_;
  std::uint32_t salt_;
  crypto_aead_aes256gcm_state aes_;  // the key's schedule, computed once
};

}  // namespace spillway::storage
