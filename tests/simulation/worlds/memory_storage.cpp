#include "tests/simulation/worlds/memory_storage.hpp"

#include "engine/base/invariants.hpp"

namespace spillway::simulation {

RecordNumber MemoryJournal::commit(std::span<const std::span<const storage::Entry>> groups) {
  const RecordNumber first{records_.size() + 1};
  if (down) return first;
  const bool crash = world_.fault(crash_chance);
  const bool lost = crash && world_.chance(0.5);
  if (!lost)
    for (const auto& group : groups)
      for (const storage::Entry& entry : group) write(entry);
  if (crash) {
    world_.note(lost ? "crash before a commit" : "crash after a commit");
    down = true;
    on_crash();
  }
  return first;
}

void MemoryJournal::write(const storage::Entry& entry) {
  records_.push_back(entry);
  const OrderNumber order = entry.order.value == 0 ? OrderNumber{records_.size()} : entry.order;
  world_.note("order " + std::to_string(order.value) + " " +
              std::string(fact_name(read(RecordNumber{records_.size()})->event.fact)));
  if (entry.card) cards_[order] = *entry.card;
  if (entry.erase_card) cards_.erase(order);
}

RecordNumber MemoryJournal::remove_orders(std::span<const storage::LeavingOrder> orders,
                                          Timestamp at) {
  const RecordNumber number{records_.size() + 1};
  if (down) return number;
  const bool crash = world_.fault(4 * crash_chance);
  const bool lost = crash && world_.chance(0.5);
  if (!lost) {
    OrdersRemoved fact;
    for (const storage::LeavingOrder& leaving : orders) {
      fact.orders.push_back({leaving.line.order, leaving.records});
      for (const RecordNumber record : leaving.records) {
        world_.expect(read(record).has_value(), "a record is removed that is not there");
        removed_.insert(record);
      }
      storage::BookLine line = leaving.line;
      line.removed_by = number;
      world_.expect(books_.emplace(line.order, line).second, "an order is removed twice");
    }
    write(storage::make_entry({orders.front().line.order, at, std::move(fact)}));
  }
  if (crash) {
    world_.note(lost ? "crash before a removal" : "crash after a removal");
    down = true;
    on_crash();
  }
  return number;
}

std::optional<storage::BookLine> MemoryJournal::book_line(OrderNumber order) const {
  const auto found = books_.find(order);
  return found == books_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<storage::StoredEvent> MemoryJournal::read(RecordNumber number) const {
  if (number.value == 0 || number.value > records_.size() || removed_.contains(number))
    return std::nullopt;
  return ever(number);
}

storage::StoredEvent MemoryJournal::ever(RecordNumber number) const {
  const storage::Entry& entry = records_[number.value - 1];
  auto fact = storage::decode_fact(entry.kind, entry.body);
  SPILLWAY_CHECK(fact.has_value(), "a record of the simulated journal cannot be read");
  const OrderNumber order = entry.order.value == 0 ? OrderNumber{number.value} : entry.order;
  return storage::StoredEvent{number, {order, entry.at, std::move(*fact)}};
}

void MemoryJournal::read_from(RecordNumber from, std::size_t count,
                              std::vector<storage::StoredEvent>& out) const {
  const std::size_t end = count > SIZE_MAX - out.size() ? SIZE_MAX : out.size() + count;
  for (std::uint64_t n = from.value; n <= records_.size() && out.size() < end; ++n)
    if (auto stored = read(RecordNumber{n})) out.push_back(std::move(*stored));
}

std::vector<std::optional<SealedCard>> MemoryJournal::cards(
    std::span<const OrderNumber> orders) const {
  std::vector<std::optional<SealedCard>> result;
  for (const OrderNumber order : orders) {
    const auto found = cards_.find(order);
    result.push_back(found == cards_.end() ? std::nullopt : std::optional(found->second));
  }
  return result;
}

std::vector<storage::StoredCard> MemoryJournal::cards_from(OrderNumber first,
                                                           std::size_t count) const {
  std::vector<storage::StoredCard> found;
  for (auto at = cards_.lower_bound(first); at != cards_.end() && found.size() < count; ++at)
    found.push_back({at->first, at->second});
  return found;
}

void MemoryJournal::reseal_cards(std::span<const storage::ResealedCard> cards) {
  for (const storage::ResealedCard& each : cards)
    if (const auto found = cards_.find(each.order);
        found != cards_.end() && found->second == each.before)
      found->second = each.after;
}

std::size_t MemoryJournal::erase_personal(std::span<const OrderNumber> orders) {
  for (const OrderNumber order : orders) {
    auto stored = read({order.value});
    if (!stored) continue;
    auto& received = std::get<Received>(stored->event.fact);
    received.member.clear();
    received.buyer = {};
    received.items.clear();
    stored->event.order = {};
    records_[order.value - 1] = storage::make_entry(stored->event);
  }
  return orders.size();
}

std::vector<storage::OrderRow> MemoryViews::newest(OrderNumber before, std::size_t count) const {
  std::vector<storage::OrderRow> rows;
  auto at = before.value == 0 ? rows_.end() : rows_.lower_bound(before);
  while (at != rows_.begin() && rows.size() < count) rows.push_back((--at)->second);
  return rows;
}

void MemoryViews::project(std::span<const storage::StoredEvent> events) {
  if (!room) return;
  for (const storage::StoredEvent& stored : events) {
    SPILLWAY_CHECK(stored.number > position_, "the views are given events out of order");
    position_ = stored.number;
    if (const auto* removed = std::get_if<OrdersRemoved>(&stored.event.fact)) {
      for (const RemovedOrder& each : removed->orders) {
        const auto gone = rows_.find(each.order);
        if (gone == rows_.end()) continue;
        for (const RecordNumber record : each.records)
          events_[gone->second.state.shop].erase(record);
        rows_.erase(gone);
      }
      continue;
    }
    std::optional<storage::OrderRow> row;
    if (const auto found = rows_.find(stored.event.order); found != rows_.end())
      row = std::move(found->second);
    const auto before = row ? std::optional(row->state.status) : std::nullopt;
    storage::project_event(row, stored);
    if (const auto told = told_by(before, row->state, stored.number))
      events_[row->state.shop].emplace(stored.number, *told);
    rows_[stored.event.order] = std::move(*row);
  }
}

std::optional<storage::OrderRow> MemoryViews::order(OrderNumber number) const {
  const auto found = rows_.find(number);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

storage::ListPage MemoryViews::list(const storage::ListQuery& query) const {
  storage::ListPage page;
  for (auto at = rows_.rbegin(); at != rows_.rend(); ++at) {
    const auto& [number, row] = *at;
    const bool fits = row.state.shop == query.shop &&
                      (query.before.value == 0 || number < query.before) &&
                      (!query.status || row.state.status == *query.status) &&
                      (!query.reference || row.reference == *query.reference);
    if (!fits) continue;
    if (page.orders.size() == query.limit) {
      page.next_before = page.orders.back();
      break;
    }
    page.orders.push_back(number);
  }
  return page;
}

std::vector<ShopEvent> MemoryViews::events(ShopId shop, RecordNumber after,
                                           std::size_t count) const {
  std::vector<ShopEvent> result;
  const auto found = events_.find(shop);
  if (found == events_.end()) return result;
  for (auto at = found->second.upper_bound(after);
       at != found->second.end() && result.size() < count; ++at)
    result.push_back(at->second);
  return result;
}

void MemoryViews::for_each_order(OrderNumber first,
                                 const std::function<void(const storage::OrderRow&)>& visit) const {
  for (auto at = rows_.lower_bound(first); at != rows_.end(); ++at) visit(at->second);
}

}  // namespace spillway::simulation
