// The orders of one shard that are in memory, and how the others come back. Orders are virtual
// actors: revived when something comes for them, forgotten when they rest.
//
// The rule that keeps revival exact: an order is forgotten only when it rests and its last event
// is in the views. So an order that is not here is in the views exactly as it is, or, when it is
// newer than the views, nothing has happened to it since `received`.
#pragma once

#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "engine/pacing/authorization_queue.hpp"
#include "storage/journal/journal.hpp"
#include "storage/views/views.hpp"

namespace spillway::actors {

struct LiveOrder {
  OrderState state;
  std::uint32_t uncommitted = 0;  // events on their way to the journal
  Issuer issuer{};                // of its card; unknown when it was not handed out in this life
  bool in_queue = false;          // cancelled while its queue entry may still be handed out
};

class LiveOrders {
 public:
  LiveOrders(const storage::Journal& journal, const storage::Views& views)
      : journal_(journal), views_(views) {}

  // Nothing when there is no such order. The pointer holds until the next call of `end_turn`,
  // `forget_rested` or `release`.
  LiveOrder* find(OrderNumber number);

  // An order that its queue hands out. For its first attempt: nothing has happened to it, unless it
  // is here. Nothing when there is no such order any more.
  LiveOrder* from_queue(const WaitingOrder& order, RelayId relay);

  // Whoever has called `find` or `from_queue` says when the turn is over: what was revived and not
  // changed goes again.
  void end_turn();

  // An event of the order is durable under this number.
  void committed(OrderNumber number, RecordNumber record);

  void left_queue(OrderNumber number);

  // Forgets what is known of an order whose last `undone` events are not to be written: it comes
  // back as it was before them. The order has no other events on their way.
  void undo(OrderNumber number, std::size_t undone);

  // Lets go of a closed order for good: from here on there is no such order. False, and it stays,
  // when anything has happened to it after its record `last_record`.
  bool release(OrderNumber number, RecordNumber last_record);

  // Whether it was let go of and the views still show it.
  bool is_leaving(OrderNumber number) const { return released_.contains(number); }

  // The views have reached this record.
  void forget_rested(RecordNumber projected);

  std::size_t size() const { return orders_.size(); }

 private:
  struct Rest {
    RecordNumber since;
    OrderNumber number;
  };

  std::optional<OrderState> revive(OrderNumber number) const;
  bool may_go(const LiveOrder& order, RecordNumber projected) const;

  const storage::Journal& journal_;
  const storage::Views& views_;
  std::unordered_map<OrderNumber, LiveOrder> orders_;
  std::deque<Rest> rests_;            // in the order of their records
  std::vector<OrderNumber> revived_;  // in this turn
  RecordNumber projected_;
  std::unordered_set<OrderNumber> released_;  // until the views do not show them any more
};

}  // namespace spillway::actors
