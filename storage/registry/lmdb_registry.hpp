// The registry in LMDB: DIR/registry/data.mdb, tables
//   rows   table's number (1 byte), key → sealed row
//   state  what the last commit left: how many rows, in which transaction
//
// A row on disk: version (1 byte), nonce (24, random), ciphertext, tag (16), under
// XChaCha20-Poly1305, whose nonces are long enough to be left to chance. Associated data: version,
// table, key. So a row opens under its own key only. Keys stand there in the clear: nothing that is
// anybody's secret belongs in one.
//
// A commit that fails in any way ends the process, as with the journal.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include "storage/keys/keyring.hpp"
#include "storage/lmdb/lmdb_environment.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

class LmdbRegistry final : public Registry {
 public:
  using Options = LmdbEnvironment::Options;
  static Options default_options();

  // `folder`: DIR/registry. The error says in a sentence what hinders or what is damaged.
  static Result<std::unique_ptr<LmdbRegistry>> open(const std::filesystem::path& folder,
                                                    const Keyring& keys,
                                                    const Options& options = default_options());

  void commit(std::span<const RegistryChange> changes) override;
  bool has_room() const override;
  std::optional<std::string> read(RegistryTable table, std::string_view key) const override;
  void for_each(RegistryTable table, const RegistryRange& range, const Visit& visit) const override;

  // For checking: opens every row and counts them; damage is an error.
  Result<std::uint64_t> try_each() const;

  const LmdbEnvironment& environment() const { return *environment_; }

 private:
  LmdbRegistry(std::unique_ptr<LmdbEnvironment> environment, const Keyring& keys)
      : environment_(std::move(environment)), key_(keys.registry()), checksum_(keys.checksums()) {}

  MDB_dbi rows_table() const { return tables_[0]; }
  MDB_dbi state_table() const { return tables_[1]; }

  Result<void> open_tables();
  Result<void> check_state();
  void put_state(WriteTransaction& transaction) const;
  void apply(WriteTransaction& transaction, const RegistryChange& change) const;
  std::string seal(std::string_view row_key, std::string_view value) const;
  Result<std::string> open_row(std::string_view row_key, std::string_view stored) const;

  std::unique_ptr<LmdbEnvironment> environment_;
  SecretKey key_;
  KeyedHash checksum_;
  std::array<MDB_dbi, 2> tables_{};

  mutable std::atomic<bool> room_ = false;
  mutable std::mutex room_mutex_;
  mutable std::chrono::steady_clock::time_point room_checked_;
};

}  // namespace spillway::storage
