// All keys of a system, in DIR/keys: the master key (master_key.hpp), which wraps the system's keys
// (system_keys.hpp), two of which wrap the keys of epochs (epoch_keys.hpp): of cards, and of
// personal data.
//
// keys/ has mode 0700 and its files 0600; otherwise nothing opens. Not thread-safe but for reading
// what does not change: all but the epochs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/order/events.hpp"
#include "engine/order/order_code.hpp"
#include "storage/base/secret_key.hpp"
#include "storage/keys/epoch_keys.hpp"
#include "storage/keys/system_keys.hpp"

namespace spillway::storage {

Timestamp clock_now();

class Keyring {
 public:
  static constexpr const char* environment_name = "SPILLWAY_MASTER_KEY";
  static constexpr const char* next_environment_name = "SPILLWAY_NEXT_MASTER_KEY";

  // Opens DIR/keys, and makes it with new keys when the data folder holds no data yet. Keys of the
  // first format are wrapped as they are. `master_hex`: the content of the environment variable, if
  // it is set. `now`: when epochs begin that are made here.
  static Result<Keyring> open(const std::filesystem::path& data_folder,
                              const std::optional<std::string>& master_hex,
                              Timestamp now = clock_now());

  // For whoever only looks: makes, finishes and destroys nothing, and waits for nobody. DIR/keys
  // must be there.
  static Result<Keyring> look(const std::filesystem::path& data_folder,
                              const std::optional<std::string>& master_hex);

  const SecretKey& journal() const { return system_.journal; }
  const Secret<16>& checksums() const { return system_.checksums; }
  const Secret<16>& idempotency() const { return system_.idempotency; }
  OrderCodes::Key order_codes() const;
  SecretKey registry() const;  // of the registry's rows
  SecretKey books() const;     // of the lines that stay of removed orders
  const SecretKey& members() const { return system_.members; }
  const SecretKey& signing() const { return system_.signing; }
  const std::vector<SigningPublicKey>& past_signing() const { return system_.past_signing; }

  const EpochKeys& card_epochs() const { return card_epochs_; }
  EpochKeys& card_epochs() { return card_epochs_; }

 private:
  Keyring(SystemKeys system, EpochKeys card_epochs)
      : system_(std::move(system)), card_epochs_(std::move(card_epochs)) {}

  SystemKeys system_;
  EpochKeys card_epochs_;
};

// Makes a new master key and wraps the system's keys under it; a system that runs meanwhile goes
// on. With the master key in the environment `next_hex` is the new one, else it is a random one in
// the file. Nothing that was sealed is touched.
Result<void> rotate_master_key(const std::filesystem::path& data_folder,
                               const std::optional<std::string>& master_hex,
                               const std::optional<std::string>& next_hex);

// The next start signs receipts with a new key; the public keys of those before stay published.
Result<void> rotate_signing_key(const std::filesystem::path& data_folder,
                                const std::optional<std::string>& master_hex);

// What a shop's Idempotency-Key and the request's body become in records and in memory; no mark
// when the key is empty.
struct IdempotencyHash {
  explicit IdempotencyHash(const Keyring& keys) : hash(keys.idempotency()) {}
  explicit IdempotencyHash(const Secret<16>& key) : hash(key) {}
  IdempotencyMark mark(ShopId shop, std::string_view key, std::string_view body) const;
  KeyedHash hash;
};

}  // namespace spillway::storage
