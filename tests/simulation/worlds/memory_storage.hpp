// The journal and the views in memory, for the simulation. The journal outlives crashes; a crash
// can come before a commit reaches it or right after.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "storage/journal/journal.hpp"
#include "storage/views/views.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class MemoryJournal : public storage::Journal {
 public:
  explicit MemoryJournal(World& world) : world_(world) {}

  RecordNumber commit(std::span<const std::span<const storage::Entry>> groups) override;
  bool has_room_for_orders() const override { return room; }
  RecordNumber last() const override { return {records_.size()}; }
  std::optional<storage::StoredEvent> read(RecordNumber number) const override;
  void read_from(RecordNumber from, std::size_t count,
                 std::vector<storage::StoredEvent>& out) const override;
  std::vector<std::optional<SealedCard>> cards(std::span<const OrderNumber> orders) const override;
  std::vector<storage::StoredCard> cards_from(OrderNumber first, std::size_t count) const override;
  std::size_t erase_personal(std::span<const OrderNumber> orders) override;
  bool scrub_some() override { return true; }
  RecordNumber remove_orders(std::span<const storage::LeavingOrder> orders, Timestamp at) override;
  std::optional<storage::BookLine> book_line(OrderNumber order) const override;
  void reseal_cards(std::span<const storage::ResealedCard> cards) override;
  storage::ChainLink link_of(RecordNumber number) const override { return {number, number, {}}; }

  const std::map<OrderNumber, SealedCard>& vault() const { return cards_; }

  // What an observer knows: also records that were removed since, and of which orders they were.
  storage::StoredEvent ever(RecordNumber number) const;
  const std::map<OrderNumber, storage::BookLine>& books() const { return books_; }

  bool room = true;
  double crash_chance = 0;         // at each commit
  std::function<void()> on_crash;  // the process is gone: nothing it does counts any more
  bool down = false;               // between a crash and the restart

 private:
  void write(const storage::Entry& entry);

  World& world_;
  std::vector<storage::Entry> records_;
  std::set<RecordNumber> removed_;
  std::map<OrderNumber, storage::BookLine> books_;
  std::map<OrderNumber, SealedCard> cards_;
};

class MemoryViews : public storage::Views {
 public:
  RecordNumber position() const override { return position_; }
  void project(std::span<const storage::StoredEvent> events) override;
  std::optional<storage::OrderRow> order(OrderNumber number) const override;
  storage::ListPage list(const storage::ListQuery& query) const override;
  std::vector<storage::OrderRow> newest(OrderNumber before, std::size_t count) const override;
  std::vector<ShopEvent> events(ShopId shop, RecordNumber after, std::size_t count) const override;
  void for_each_order(OrderNumber first,
                      const std::function<void(const storage::OrderRow&)>& visit) const override;
  OrderNumber first_needed(Timestamp) const override { return OrderNumber{1}; }

  const std::map<OrderNumber, storage::OrderRow>& rows() const { return rows_; }

  bool room = true;

 private:
  RecordNumber position_;
  std::map<OrderNumber, storage::OrderRow> rows_;
  std::map<ShopId, std::map<RecordNumber, ShopEvent>> events_;
};

}  // namespace spillway::simulation
