// What a sender remembers of each order until the audit: 24 bytes, found by the order's ordinal.
// Without an audit nothing is remembered, and memory stays flat however long a run is.
#pragma once

#include <cstdint>
#include <vector>

#include "loadtest/load/order_requests.hpp"

namespace spillway::loadtest {

// What the shop was told about an order, and what it did.
struct OrderRecord {
  static constexpr std::uint8_t accepted = 1;    // a 202 came: `code` is its code
  static constexpr std::uint8_t unanswered = 2;  // at least one try got no answer
  static constexpr std::uint8_t cancel_asked = 4;
  static constexpr std::uint8_t cancel_confirmed = 8;  // a 200 came
  static constexpr std::uint8_t approval_asked = 16;

  CodeNumber code = 0;
  std::uint64_t ordinal = 0;
  std::uint32_t accepted_at_ms = 0;  // of the run's time
  std::uint8_t flags = 0;

  // Spelt out, so that a record between machines has no byte that nobody wrote.
  std::uint8_t unused[3] = {};

  bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
};

static_assert(sizeof(OrderRecord) == 24);

// One sender's: its ordinals are `index`, `index` + `count`, `index` + 2 `count` …
class OrderRecords {
 public:
  OrderRecords(std::uint32_t index, std::uint32_t count) : index_(index), count_(count) {}

  OrderRecord& at(std::uint64_t ordinal) {
    const std::uint64_t place = (ordinal - index_) / count_;
    while (records_.size() <= place) {
      records_.push_back({.ordinal = index_ + records_.size() * count_});
    }
    return records_[place];
  }

  const std::vector<OrderRecord>& all() const { return records_; }

 private:
  std::uint32_t index_;
  std::uint32_t count_;
  std::vector<OrderRecord> records_;
};

}  // namespace spillway::loadtest
