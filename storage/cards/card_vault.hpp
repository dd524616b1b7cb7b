// Seals and opens card details (the format stands in engine/card/card.hpp) with ChaCha20-Poly1305
// (RFC 8439), which every processor computes alike: 0.5 µs a card.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>

#include "engine/card/card.hpp"
#include "storage/keys/epoch_keys.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::storage {

// The epoch that a sealed card names.
Epoch epoch_of(const SealedCard& card);

// Opens one card with the key of its epoch.
std::optional<CardDetails> open_card(const SealedCard& sealed, ShopId shop, const SecretKey& key);

// Thread-safe. Its lock is shared while no epoch changes.
//
// Nonces: a process starts at a random place among the 2^96 and counts on from there, so that a
// card costs no system call (randombytes_buf: 0.8 µs). Within a process none repeats; that two of
// ten thousand starts with a billion cards each ever touch the same one has a chance of 2^-40.
class CardVault final : public CardSeal {
 public:
  explicit CardVault(const Keyring& keys);

  SealedCard seal(const CardDetails& card, ShopId shop) const override;
  std::optional<CardDetails> open(const SealedCard& sealed, ShopId shop) const override;

  // Cards are sealed under this epoch from now on.
  void begin(Epoch epoch, const SecretKey& key);
  // For a node that is lent cards of that epoch; nothing when it was forgotten.
  std::optional<SecretKey> key_of(Epoch epoch) const;
  // Its cards cannot be opened any more. Not the current one.
  void forget(Epoch epoch);

 private:
  mutable std::shared_mutex mutex_;  // of the two below
  std::map<Epoch, SecretKey> keys_;
  Epoch epoch_ = 0;
  std::array<unsigned char, 4> nonce_prefix_;
  mutable std::atomic<std::uint64_t> nonce_counter_;
};

}  // namespace spillway::storage
