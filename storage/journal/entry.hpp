// What goes into the journal and what comes out of it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/card/card.hpp"
#include "engine/order/events.hpp"

namespace spillway::storage {

// An event made ready to be written by whoever it happened to, so that the one thread that writes
// has only to number, seal and append.
struct Entry {
  OrderNumber order;  // 0 for a `received` record: its own number
  Timestamp at;
  std::uint8_t kind = 0;           // Fact's index
  std::string body;                // msgpack, see docs/data-format.md
  std::optional<SealedCard> card;  // put into the vault with a `received` record
  bool erase_card = false;         // take the order's card out of the vault with this record
};

Entry make_entry(const Event& event);

// A record as it was read.
struct StoredEvent {
  RecordNumber number;
  Event event;  // event.order is filled in for `received` too
};

// The fact of a record's kind and body. An error for anything that `make_entry` of this or an
// earlier version does not make.
Result<Fact> decode_fact(std::uint8_t kind, std::string_view body);

}  // namespace spillway::storage
