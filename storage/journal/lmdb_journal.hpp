// The journal in LMDB: DIR/journal/data.mdb, tables
//   records  number → sealed record (seal.hpp), appended
//   cards    order → sealed card and its checksum, appended; erased with the order's outcome
//   state    what the last commit left (journal_state.hpp), against all that LMDB does not notice;
//            and where it was restored (restored_numbers.hpp)
//   chain    last number of a commit → its first number and its link (record_chain.hpp), appended
//   erased   number → what became of a record that is not as it was written, and its first hash
//   books    order → the line that stayed of it when it was removed, sealed
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

#include "storage/base/restored_numbers.hpp"
#include "storage/journal/journal.hpp"
#include "storage/journal/journal_state.hpp"
#include "storage/journal/record_chain.hpp"
#include "storage/journal/seal.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/lmdb/lmdb_environment.hpp"

namespace spillway::storage {

class LmdbJournal final : public Journal {
 public:
  using Options = LmdbEnvironment::Options;

  // `folder`: DIR/journal. The error says in a sentence what hinders or what is damaged. A journal
  // of a format before gets what it lacks here, unless it is only to be read.
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
  RecordNumber remove_orders(std::span<const LeavingOrder> orders, Timestamp at) override;
  std::optional<BookLine> book_line(OrderNumber order) const override;
  bool scrub_some() override;

  // Whether the number is, or was, a record's of this journal: not one beyond its end, nor one that
  // it passed over when it was restored. From any thread.
  bool was_given(RecordNumber number) const;

  // The next record gets this number; a restored copy goes on there (restored_numbers.hpp). On disk
  // when it returns. Before anybody else uses the journal.
  Result<void> go_on_from(RecordNumber next, Timestamp at);
  RecordNumber next_number() const;

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
    std::uint64_t merged = 0;  // links all of whose records were removed: taken as they are
  };
  Result<ChainReport> check_chain() const;

  // The lines of the orders that this record says were removed, against the hash in it.
  Result<void> check_lines(RecordNumber number, const OrdersRemoved& removed) const;
  std::uint64_t removed_orders() const { return state_.removed_orders; }
  std::uint64_t removed_records() const { return state_.removed_records; }
  Result<std::optional<BookLine>> try_book_line(OrderNumber order) const;
  // Every line, in the order of the orders' numbers.
  Result<void> try_each_line(const std::function<void(const BookLine&)>& visit) const;

 private:
  LmdbJournal(std::unique_ptr<LmdbEnvironment> environment, const Keyring& keys)
      : environment_(std::move(environment)),
        journal_key_(keys.journal()),
        seal_(journal_key_),
        books_key_(keys.books()),
        books_seal_(books_key_),
        checksum_(keys.checksums()) {}

  MDB_dbi records_table() const { return tables_[0]; }
  MDB_dbi cards_table() const { return tables_[1]; }
  MDB_dbi state_table() const { return tables_[2]; }
  MDB_dbi chain_table() const { return tables_[3]; }
  MDB_dbi erased_table() const { return tables_[4]; }
  MDB_dbi books_table() const { return tables_[5]; }
  bool has_chain() const { return state_.format >= journal_format_without_books; }
  bool has_books() const { return state_.format >= journal_format; }

  Result<void> open_tables(bool read_only);
  Result<void> open_later_tables(bool read_only);
  Result<void> read_state();
  Result<void> read_gaps();
  std::uint64_t passed_over() const;                  // numbers, up to the last record
  RecordNumber after_gap(RecordNumber number) const;  // the number, or the next that can be one
  Result<void> check_records() const;
  Result<void> check_head() const;
  void begin_chain(WriteTransaction& transaction);
  void put_link(WriteTransaction& transaction, const ChainLink& link) const;
  void put_state(WriteTransaction& transaction, JournalState& state) const;
  void append(Cursor& records, Cursor& cards, RecordNumber number, const Entry& entry);
  using RemovedRecord = std::pair<std::uint64_t, ChainHash>;
  std::string put_line(MDB_txn* transaction, const BookLine& line, const RecordSeal& seal) const;
  ChainHash take_out(MDB_txn* transaction, OrderNumber order, RecordNumber number);
  void bury(WriteTransaction& transaction, std::span<const RemovedRecord> removed) const;
  void bury_in_link(WriteTransaction& transaction, const ChainLink& link,
                    std::span<const RemovedRecord> removed) const;
  std::string link_bytes(const ChainLink& link, bool merged) const;
  Result<void> check_removed(MDB_txn* transaction, std::uint64_t first, std::uint64_t last) const;
  Result<BookLine> open_line(OrderNumber order, std::string_view stored) const;
  void put_card(Cursor& cards, OrderNumber order, const SealedCard& card, unsigned flags) const;
  void change_scrub(const std::function<void(MDB_txn*, MDB_dbi)>& change);
  std::string sealed_anew(RecordNumber number, const Event& event, std::string_view before) const;
  Result<ChainHash> first_hash(MDB_txn* transaction, Cursor& records, std::uint64_t number,
                               RecordChain& chain, ChainReport& report) const;
  static bool is_merged(const MDB_val& link);
  Result<ChainLink> link_at(const MDB_val& key, const MDB_val& value) const;
  Result<StoredEvent> open_record(RecordNumber number, std::string_view stored,
                                  std::string& buffer) const;
  std::uint64_t card_checksum(OrderNumber order, const SealedCard& card) const;
  Result<SealedCard> open_card(OrderNumber order, std::string_view stored) const;

  std::unique_ptr<LmdbEnvironment> environment_;
  SecretKey journal_key_;
  RecordSeal seal_;
  SecretKey books_key_;
  RecordSeal books_seal_;  // for opening; each removal seals under a salt of its own
  KeyedHash checksum_;
  std::array<MDB_dbi, 6> tables_{};
  JournalState state_;                    // of the thread that writes
  std::vector<NumberGap> gaps_;           // constant once the journal is in use
  RecordChain chain_;                     // of the thread that writes
  std::atomic<std::uint64_t> first_ = 1;  // as in the state, for the threads that read
  std::atomic<std::uint64_t> last_ = 0;
  std::uint64_t scrubbed_ = 0;             // pages of zeros in the table `scrub`
  int scrub_took_new_ = 0;                 // pieces that found nothing freed any more
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
