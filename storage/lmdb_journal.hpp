// The journal in LMDB: DIR/journal/data.mdb, tables
//   records  number → sealed record (seal.hpp), appended
//   cards    order → sealed card and its checksum, appended; erased with the order's outcome
//   state    what the last commit left (journal_state.hpp), against all that LMDB does not notice
//   chain    last number of a commit → its first number and its link (record_chain.hpp), appended
//   erased   number → what became of a record that is not as it was written, and its first hash
//
// A commit that fails in any way ends the process (stop_process): after a failed sync LMDB's later
// commits succeed, although pages are missing on disk.
//
// Of processor time, on a 2-core machine: 1.3 million small records, or 940,000 `received` of 200
// bytes with their cards, a second; a tenth of that with a sync of 10 ms every 1,000. The chain
// takes 0.2 to 0.4 µs a record of it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "storage/journal.hpp"
#include "storage/journal_state.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb_environment.hpp"
#include "storage/record_chain.hpp"
#include "storage/seal.hpp"

namespace spillway::storage {

class LmdbJournal final : public Journal {
 public:
  using Options = LmdbEnvironment::Options;

  // `folder`: DIR/journal. The error says in a sentence what hinders or what is damaged. A journal
  // of the format before gets its chain here, unless it is only to be read.
  static Result<std::unique_ptr<LmdbJournal>> open(const std::filesystem::path& folder,
                                                   const Keyring& keys, const Options& options);
  static Result<std::unique_ptr<LmdbJournal>> open(const std::filesystem::path& folder,
                                                   const Keyring& keys) {
    return open(folder, keys, Options{});
  }

  RecordNumber commit(std::span<const std::span<const Entry>> groups) override;
  // The reserve stands for commits under way: whoever commits `received` entries must have asked
  // just before.
  bool has_room_for_orders() const override;
  RecordNumber last() const override { return {last_.load(std::memory_order_acquire)}; }
  std::optional<StoredEvent> read(RecordNumber number) const override;
  void read_from(RecordNumber from, std::size_t count,
                 std::vector<StoredEvent>& out) const override;
  std::vector<std::optional<SealedCard>> cards(std::span<const OrderNumber> orders) const override;
  ChainLink link_of(RecordNumber number) const override;
  std::vector<StoredCard> cards_from(OrderNumber first, std::size_t count) const override;
  void reseal_cards(std::span<const ResealedCard> cards) override;
  std::size_t erase_personal(std::span<const OrderNumber> orders) override;
  void scrub() override;

  RecordNumber first() const { return {first_.load(std::memory_order_acquire)}; }
  const LmdbEnvironment& environment() const { return *environment_; }

  // For checking: as `read_from` and a walk over the vault, but damage is an error.
  Result<void> try_read_from(RecordNumber from, std::size_t count,
                             std::vector<StoredEvent>& out) const;
  Result<void> try_each_card(
      const std::function<void(OrderNumber, const SealedCard&)>& visit) const;

  // Computes every link anew, from the first on. The error names the first that is broken. Nothing
  // to be counted in a journal that has no chain yet.
  struct ChainReport {
    std::uint64_t links = 0;
    std::uint64_t erased = 0;  // records that stand in it by their first hash only
  };
  Result<ChainReport> check_chain() const;

 private:
  LmdbJournal(std::unique_ptr<LmdbEnvironment> environment, const Keyring& keys)
      : environment_(std::move(environment)),
        journal_key_(keys.journal()),
        seal_(journal_key_),
        checksum_(keys.checksums()) {}

  MDB_dbi records_table() const { return tables_[0]; }
  MDB_dbi cards_table() const { return tables_[1]; }
  MDB_dbi state_table() const { return tables_[2]; }
  MDB_dbi chain_table() const { return tables_[3]; }
  MDB_dbi erased_table() const { return tables_[4]; }
  bool has_chain() const { return state_.format >= journal_format; }

  Result<void> open_tables(bool read_only);
  Result<void> read_state();
  Result<void> check_records() const;
  Result<void> check_head() const;
  void begin_chain(WriteTransaction& transaction);
  void put_link(WriteTransaction& transaction, const ChainLink& link) const;
  void put_state(WriteTransaction& transaction, JournalState& state) const;
  void append(Cursor& records, Cursor& cards, RecordNumber number, const Entry& entry);
  void put_card(Cursor& cards, OrderNumber order, const SealedCard& card, unsigned flags) const;
  std::string sealed_anew(RecordNumber number, const Event& event, std::string_view before) const;
  Result<ChainHash> first_hash(MDB_txn* transaction, Cursor& records, std::uint64_t number,
                               RecordChain& chain, ChainReport& report) const;
  Result<ChainLink> link_at(const MDB_val& key, const MDB_val& value) const;
  Result<StoredEvent> open_record(RecordNumber number, std::string_view stored,
                                  std::string& buffer) const;
  std::uint64_t card_checksum(OrderNumber order, const SealedCard& card) const;
  Result<SealedCard> open_card(OrderNumber order, std::string_view stored) const;

  std::unique_ptr<LmdbEnvironment> environment_;
  SecretKey journal_key_;
  RecordSeal seal_;
  KeyedHash checksum_;
  std::array<MDB_dbi, 5> tables_{};
  JournalState state_;                    // of the thread that writes
  RecordChain chain_;                     // of the thread that writes
  std::atomic<std::uint64_t> first_ = 1;  // as in the state, for the threads that read
  std::atomic<std::uint64_t> last_ = 0;
  std::vector<OrderNumber> erased_cards_;  // of the commit under way; kept for its memory

  mutable std::atomic<bool> room_ = false;
  mutable std::mutex room_mutex_;
  mutable std::chrono::steady_clock::time_point room_checked_;
};

namespace journal_errors {
Error damaged(const std::string& what);
void must_be_whole(const Error& error);            // stops the process
void must_be_written(int code, const char* step);  // stops the process unless it was
}  // namespace journal_errors

}  // namespace spillway::storage
