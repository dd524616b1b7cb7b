// Idempotency keys in memory (IETF draft "The Idempotency-Key HTTP Header Field"): which order a
// key led to, and whether the body was the same. In 256 open-addressed tables, so that growing one
// never stops the whole for long; half to three quarters full, which makes 53 to 80 bytes a key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/order/events.hpp"

namespace spillway {

class IdempotencyTable {
 public:
  enum class Finding { fresh, in_flight, replayed, other_body };
  struct Found {
    Finding finding = Finding::fresh;
    OrderNumber order;  // of a replay
  };

  // Looks the key up; a fresh one is reserved: in flight until `confirm` or `release`.
  Found reserve(const IdempotencyMark& mark, Timestamp now);

  // Reserved or confirmed.
  bool holds(const IdempotencyMark& mark) { return find(table_of(mark), mark) != nullptr; }

  // The order of a reserved key is durable. Also puts a key in that recovery has read.
  void confirm(const IdempotencyMark& mark, OrderNumber order, Timestamp received_at);

  // The reserved key's order was not accepted.
  void release(const IdempotencyMark& mark);

  // Forgets confirmed keys older than `before`, in one of the 256 tables a call, in turn.
  void expire_some(Timestamp before);

  std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::array<std::uint64_t, 2> key{};  // zeros: free
    std::uint64_t body = 0;
    std::uint64_t order = 0;  // 0: in flight
    std::int64_t received_at_us = 0;

    bool is_free() const { return key[0] == 0 && key[1] == 0; }
  };
  static_assert(sizeof(Entry) == 40);
  struct Table {
    std::vector<Entry> entries;  // linear probing; grows by a half
    std::size_t used = 0;
  };

  Table& table_of(const IdempotencyMark& mark);
  static std::size_t next(std::size_t i, std::size_t capacity) {
    return i + 1 == capacity ? 0 : i + 1;
  }
  static Entry* find(Table& table, const IdempotencyMark& mark);
  static void insert(Table& table, const Entry& entry);
  static void place(Table& table, const Entry& entry);
  static void rebuild(Table& table, std::size_t capacity);
  static void erase(Table& table, std::size_t index);

  std::array<Table, 256> tables_;
  std::size_t size_ = 0;
  std::size_t next_to_expire_ = 0;
};

}  // namespace spillway
