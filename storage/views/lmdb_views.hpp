// The views in LMDB: DIR/views/data.mdb, tables
//   orders        number → row (row_codec.hpp)
//   by_shop       shop, number (big-endian, 4 and 8 bytes) → status
//   by_reference  shop, the shop's own reference, number → nothing
//   events        shop, record (big-endian, 4 and 8 bytes) → what the shop is told
//   marks         now and then an order's number → when the latest of all before it was received
//   state         position, and what the last commit left
//
// Of processor time: reading and projecting one million `received` takes 2.5 s (4.8 s when the
// shops' references come in no order), visiting one million rows 0.2 s.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "storage/journal/journal.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/lmdb/lmdb_environment.hpp"
#include "storage/views/views.hpp"

namespace spillway::storage {

class LmdbViews final : public Views {
 public:
  using Options = LmdbEnvironment::Options;

  // `folder`: DIR/views. The error says in a sentence what hinders or what is damaged.
  static Result<std::unique_ptr<LmdbViews>> open(const std::filesystem::path& folder,
                                                 const Keyring& keys, const Options& options);

  RecordNumber position() const override { return {position_.load(std::memory_order_acquire)}; }
  // When the disk or the map is full nothing is taken and `position` stays: try again later.
  void project(std::span<const StoredEvent> events) override;
  std::optional<OrderRow> order(OrderNumber number) const override;
  ListPage list(const ListQuery& query) const override;
  std::vector<OrderRow> newest(OrderNumber before, std::size_t count) const override;
  std::vector<ShopEvent> events(ShopId shop, RecordNumber after, std::size_t count) const override;
  void for_each_order(OrderNumber first,
                      const std::function<void(const OrderRow&)>& visit) const override;
  OrderNumber first_needed(Timestamp since) const override;

  // As for_each_order, but damage is an error.
  Result<void> try_each_order(OrderNumber first,
                              const std::function<void(const OrderRow&)>& visit) const;

  // Whether the views were made from this journal: its record at `position` is the one projected.
  bool belong_to(const Journal& journal) const;

  const LmdbEnvironment& environment() const { return *environment_; }

  // A file of this name in the folder says that damage was found: the views are to be rebuilt.
  static constexpr const char* damage_mark = "damaged";

 private:
  struct State {
    std::uint64_t position = 0;
    std::uint64_t fingerprint = 0;   // of the record at `position`
    std::uint64_t first_needed = 1;  // no order before this one is needed by recovery
    std::int64_t latest_received_us = std::numeric_limits<std::int64_t>::min();
    std::uint64_t last_mark = 0;
    std::uint64_t last_order = 0;
  };
  struct Batch;

  LmdbViews(std::unique_ptr<LmdbEnvironment> environment, const Keyring& keys)
      : environment_(std::move(environment)), checksum_(keys.checksums()) {}

  Result<void> read_state();
  int put_state(const WriteTransaction& transaction, const State& state) const;
  std::uint64_t fingerprint_of(const StoredEvent& stored) const;
  bool load(MDB_txn* transaction, OrderNumber number, OrderRow& row) const;
  void apply_events(MDB_txn* transaction, std::span<const StoredEvent> events, Batch& batch) const;
  void apply_removal(MDB_txn* transaction, const OrdersRemoved& removed, Batch& batch) const;
  int write_removals(MDB_txn* transaction, const Batch& batch) const;
  int write_rows(MDB_txn* transaction, Batch& batch) const;
  int write_lists(MDB_txn* transaction, Batch& batch) const;
  int write_events(MDB_txn* transaction, Batch& batch) const;
  int write_marks(MDB_txn* transaction, Batch& batch) const;
  int write(WriteTransaction& transaction, Batch& batch) const;
  void advance_first_needed(MDB_txn* transaction, State& state) const;
  [[noreturn]] void stop_damaged(const std::string& what) const;

  MDB_dbi orders_table() const { return tables_[0]; }
  MDB_dbi by_shop_table() const { return tables_[1]; }
  MDB_dbi by_reference_table() const { return tables_[2]; }
  MDB_dbi marks_table() const { return tables_[3]; }
  MDB_dbi state_table() const { return tables_[4]; }
  MDB_dbi events_table() const { return tables_[5]; }

  std::unique_ptr<LmdbEnvironment> environment_;
  KeyedHash checksum_;
  std::array<MDB_dbi, 6> tables_{};
  State state_;  // of the one thread that projects
  std::atomic<std::uint64_t> position_ = 0;
  std::atomic<std::uint64_t> first_needed_ = 1;
};

// Opens the views of this journal. Views that are damaged, of another form, or of another journal
// are thrown away and begin anew: whoever opens them projects the journal from their position on.
Result<std::unique_ptr<LmdbViews>> open_views(
    const std::filesystem::path& folder, const Keyring& keys, const Journal& journal,
    const LmdbViews::Options& options = LmdbViews::Options{});

}  // namespace spillway::storage
