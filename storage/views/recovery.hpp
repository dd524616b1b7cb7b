// What a system takes up again when it starts: the journal's tail is projected into the views, then
// the rows that may matter are visited once. One million waiting orders take 0.3 s of processor
// time when the views are current and 3 s when they are lost; beyond the lists below recovery needs
// the memory of one batch of events.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order.hpp"
#include "engine/pacing/authorization_queue.hpp"
#include "storage/journal/journal.hpp"
#include "storage/views/views.hpp"

namespace spillway::storage {

struct DueNotice {
  OrderNumber order;
  Notice notice{};
  Timestamp since;  // when it became due
  ShopId shop;
};

struct KnownKey {
  IdempotencyMark mark;
  OrderNumber order;
  Timestamp received_at;
};

// Each list in the order of the orders' numbers. An order can stand in several.
struct Recovered {
  RecordNumber last;                                     // the journal's
  std::map<RelayId, std::vector<WaitingOrder>> waiting;  // want an attempt
  std::vector<OrderState> outstanding;                   // sent, not answered: now in doubt
  // To be settled by a repeat or a reversal: the last attempt, or earlier ones (open_reversals).
  std::vector<OrderState> in_doubt;
  std::vector<DueNotice> notices_due;
  std::vector<KnownKey> idempotency;  // not older than limits::idempotency_key_life
  std::vector<OrderState> for_a_person;
};

// Stops the process when the views do not move on because the disk is full: without them nothing
// can be taken up.
Recovered recover(const Journal& journal, Views& views, Timestamp now);

// Projects the journal's records after the views' position, in batches. The error: the disk is
// full.
Result<void> project_tail(const Journal& journal, Views& views);

}  // namespace spillway::storage
