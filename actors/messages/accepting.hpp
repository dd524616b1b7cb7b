// Orders on their way from HTTP to the journal.
#pragma once

#include <vector>

#include "engine/events.hpp"
#include "net/ticket.hpp"
#include "storage/entry.hpp"

namespace spillway::actors {

// A checked order on its way to the journal, its record encoded and its card sealed.
struct IncomingOrder {
  net::Ticket ticket;
  storage::Entry entry;
  IdempotencyMark idempotency;
  RelayId relay;
  ShopId shop;
  Money amount;
};

struct ReceiveOrders {
  std::vector<IncomingOrder> orders;
};

}  // namespace spillway::actors
