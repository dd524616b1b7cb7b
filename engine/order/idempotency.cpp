#include "engine/order/idempotency.hpp"

#include <algorithm>

#include "engine/base/invariants.hpp"

namespace spillway {

namespace {

constexpr std::size_t smallest_capacity = 16;

// The keys are keyed hashes already: their bits are as good as random and serve as they are. The
// table is chosen by one half of the key, the place in it by the other.
std::size_t table_index(const IdempotencyMark& mark) {
  return static_cast<std::size_t>(mark.key[1] & 0xFF);
}

// A hash's upper half scaled to the table's capacity, which so need not be a power of two.
std::size_t home_of(std::uint64_t hash, std::size_t capacity) {
  return static_cast<std::size_t>(((hash >> 32) * capacity) >> 32);
}

// Full to three quarters at most: a fresh key is then found missing within a few neighbours.
bool too_full(std::size_t used, std::size_t capacity) {
  return used * 4 > capacity * 3;
}

}  // namespace

IdempotencyTable::Table& IdempotencyTable::table_of(const IdempotencyMark& mark) {
  SPILLWAY_CHECK(mark.present(), "an idempotency key is missing");
  return tables_[table_index(mark)];
}

IdempotencyTable::Entry* IdempotencyTable::find(Table& table, const IdempotencyMark& mark) {
  const std::size_t capacity = table.entries.size();
  if (capacity == 0) return nullptr;
  for (std::size_t i = home_of(mark.key[0], capacity);; i = next(i, capacity)) {
    Entry& entry = table.entries[i];
    if (entry.is_free()) return nullptr;
    if (entry.key == mark.key) return &entry;
  }
}

void IdempotencyTable::insert(Table& table, const Entry& entry) {
  if (too_full(table.used + 1, table.entries.size())) {
    rebuild(table, std::max(smallest_capacity, table.entries.size() + table.entries.size() / 2));
  }
  place(table, entry);
}

// Into the first free place from its home on; there is one.
void IdempotencyTable::place(Table& table, const Entry& entry) {
  const std::size_t capacity = table.entries.size();
  std::size_t i = home_of(entry.key[0], capacity);
  while (!table.entries[i].is_free()) i = next(i, capacity);
  table.entries[i] = entry;
  ++table.used;
}

void IdempotencyTable::rebuild(Table& table, std::size_t capacity) {
  std::vector<Entry> entries(capacity);
  entries.swap(table.entries);
  table.used = 0;
  for (const Entry& entry : entries) {
    if (!entry.is_free()) place(table, entry);
  }
}

// Moves what follows one back where that brings it nearer to its home, so that no search ever
// meets a hole before what it looks for.
void IdempotencyTable::erase(Table& table, std::size_t index) {
  const std::size_t capacity = table.entries.size();
  std::size_t hole = index;
  for (std::size_t i = next(hole, capacity); !table.entries[i].is_free(); i = next(i, capacity)) {
    const std::size_t home = home_of(table.entries[i].key[0], capacity);
    const std::size_t from_home = (i + capacity - home) % capacity;
    const std::size_t from_hole = (i + capacity - hole) % capacity;
    if (from_home < from_hole) continue;
    table.entries[hole] = table.entries[i];
    hole = i;
  }
  table.entries[hole] = Entry();
  --table.used;
}

IdempotencyTable::Found IdempotencyTable::reserve(const IdempotencyMark& mark, Timestamp now) {
  Table& table = table_of(mark);
  if (const Entry* entry = find(table, mark)) {
    if (entry->body != mark.body) return {Finding::other_body, {}};
    if (entry->order == 0) return {Finding::in_flight, {}};
    return {Finding::replayed, OrderNumber{entry->order}};
  }
  insert(table, {mark.key, mark.body, 0, now.time_since_epoch().count()});
  ++size_;
  return {Finding::fresh, {}};
}

void IdempotencyTable::confirm(const IdempotencyMark& mark, OrderNumber order,
                               Timestamp received_at) {
  SPILLWAY_CHECK(order.value != 0, "an idempotency key was confirmed without an order");
  Table& table = table_of(mark);
  const Entry confirmed{mark.key, mark.body, order.value, received_at.time_since_epoch().count()};
  if (Entry* entry = find(table, mark)) {
    *entry = confirmed;
    return;
  }
  insert(table, confirmed);
  ++size_;
}

void IdempotencyTable::release(const IdempotencyMark& mark) {
  Table& table = table_of(mark);
  const Entry* entry = find(table, mark);
  if (entry == nullptr || entry->order != 0) return;
  erase(table, static_cast<std::size_t>(entry - table.entries.data()));
  --size_;
}

void IdempotencyTable::expire_some(Timestamp before) {
  Table& table = tables_[next_to_expire_];
  next_to_expire_ = (next_to_expire_ + 1) % tables_.size();
  const std::int64_t before_us = before.time_since_epoch().count();
  std::size_t expired = 0;
  for (Entry& entry : table.entries) {
    if (entry.is_free() || entry.order == 0 || entry.received_at_us >= before_us) continue;
    entry = Entry();
    ++expired;
  }
  if (expired == 0) return;
  // The holes are closed, and the memory of a past peak given back, by placing what is left anew.
  const std::size_t left = table.used - expired;
  rebuild(table, left == 0 ? 0 : std::max(smallest_capacity, left * 2));
  size_ -= expired;
}

}  // namespace spillway
