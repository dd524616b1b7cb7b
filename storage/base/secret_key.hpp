// Keys in memory: they wipe themselves and do not print.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

#include <sodium.h>

#include "storage/base/locked_memory.hpp"

namespace spillway::storage {

// In locked memory (locked_memory.hpp).
template <std::size_t size>
struct Secret {
  static_assert(size <= locked_slot_size);
  using Bytes = std::array<unsigned char, size>;
  Bytes& bytes;

  Secret() : bytes(*new (take_locked_slot()) Bytes{}) {}
  Secret(const Secret& other) : Secret() { bytes = other.bytes; }
  Secret& operator=(const Secret& other) {
    bytes = other.bytes;
    return *this;
  }
  ~Secret() { give_back_locked_slot(&bytes); }
};

// For what is secret for the length of a call: on the stack, and wiped.
template <std::size_t size>
struct WipedBytes {
  std::array<unsigned char, size> bytes{};

  WipedBytes() = default;
  WipedBytes(const WipedBytes&) = default;
  WipedBytes& operator=(const WipedBytes&) = default;
  ~WipedBytes() { sodium_memzero(bytes.data(), size); }
};

using SecretKey = Secret<32>;

// SipHash-2-4 (Aumasson and Bernstein, 2012): a short text's checksum or hash that nobody without
// the key can foresee. Thread-safe.
class KeyedHash {
 public:
  explicit KeyedHash(const Secret<16>& key) : key_(key) {}

  std::uint64_t of(std::string_view text) const {
    std::uint64_t hash = 0;
    crypto_shorthash_siphash24(reinterpret_cast<unsigned char*>(&hash), data(text), text.size(),
                               key_.bytes.data());
    return hash;
  }

  std::array<std::uint64_t, 2> wide(std::string_view text) const {
    std::array<std::uint64_t, 2> hash{};
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()), data(text),
                                text.size(), key_.bytes.data());
    return hash;
  }

 private:
  static const unsigned char* data(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  Secret<16> key_;
};

}  // namespace spillway::storage
