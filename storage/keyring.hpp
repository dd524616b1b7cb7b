// All keys of a system. They hang on one master key: 32 random bytes in DIR/keys/master.key, or in
// the environment as 64 hex digits, which wins. From it come, by crypto_kdf, the keys that live as
// long as the data. Card keys are random instead, one an epoch, each in a file of its own, wrapped
// under the master: to destroy the file is to destroy the cards, also in old copies of the journal.
//
// keys/ has mode 0700 and its files 0600; otherwise nothing opens. Thread-safe once open.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/events.hpp"
#include "engine/order_code.hpp"
#include "engine/result.hpp"
#include "storage/secret_key.hpp"

namespace spillway::storage {

// Names an epoch of card keys; from 1.
using CardEpoch = std::uint32_t;

class Keyring {
 public:
  static constexpr const char* environment_name = "SPILLWAY_MASTER_KEY";

  // Opens DIR/keys, and makes it with new keys when the data folder holds no data yet.
  // `master_hex`: the content of the environment variable, if it is set.
  static Result<Keyring> open(const std::filesystem::path& data_folder,
                              const std::optional<std::string>& master_hex);

  const SecretKey& journal() const { return journal_; }       // of RecordSeal
  const Secret<16>& checksums() const { return checksums_; }  // of the views' and vault's rows
  // Of the hashes of idempotency keys and bodies.
  const Secret<16>& idempotency() const { return idempotency_; }
  OrderCodes::Key order_codes() const;

  const std::map<CardEpoch, SecretKey>& card_keys() const { return card_keys_; }
  CardEpoch card_epoch() const { return card_keys_.rbegin()->first; }  // of cards sealed now

 private:
  Keyring() = default;
  void derive(const SecretKey& master);
  Result<void> open_card_keys(const std::filesystem::path& folder, const SecretKey& wrapping);

  SecretKey journal_;
  Secret<16> checksums_;
  Secret<16> idempotency_;
  Secret<16> order_codes_;
  std::map<CardEpoch, SecretKey> card_keys_;
};

// What a shop's Idempotency-Key and the request's body become in records and in memory; no mark
// when the key is empty.
struct IdempotencyHash {
  explicit IdempotencyHash(const Keyring& keys) : hash(keys.idempotency()) {}
  explicit IdempotencyHash(const Secret<16>& key) : hash(key) {}
  IdempotencyMark mark(ShopId shop, std::string_view key, std::string_view body) const;
  KeyedHash hash;
};

}  // namespace spillway::storage
