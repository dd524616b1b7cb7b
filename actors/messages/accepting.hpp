// Orders on their way from HTTP to the journal.
#pragma once

#include <vector>

#include "engine/account/shop_gate.hpp"
#include "engine/order/events.hpp"
#include "engine/order/issuer.hpp"
#include "net/http/ticket.hpp"
#include "net/text/refusal.hpp"
#include "storage/journal/entry.hpp"

namespace spillway::actors {

// A checked order on its way to the journal, its record encoded and its card sealed.
struct IncomingOrder {
  net::Ticket ticket;
  storage::Entry entry;
  IdempotencyMark idempotency;
  IdempotencyMark idempotency_as_sent;  // where the key came in quotes; otherwise not present
  RelayId relay;
  ShopId shop;
  Money amount;
  bool receipt = false;       // the answer is to be signed
  ShopGate* place = nullptr;  // where it needs a place among its shop's open orders
  OrderTiming timing{};
  Issuer issuer{};
};

struct ReceiveOrders {
  std::vector<IncomingOrder> orders;
};

// An order with an idempotency key that cannot be accepted as things are now: its card has expired,
// its member has gone, its shop sends too fast. When it repeats one that was accepted, that one's
// answer stands.
struct RefuseUnlessRepeated {
  net::Ticket ticket;
  IdempotencyMark idempotency;
  IdempotencyMark idempotency_as_sent;  // where the key came in quotes; otherwise not present
  Timestamp at;
  bool receipt = false;
  net::Refusal refusal;
};

// An accepted order whose answer is to carry a receipt; it is in the journal.
struct ReceiptWanted {
  net::Ticket ticket;
  OrderNumber order;
  bool replayed = false;
};
struct MakeReceipts {
  std::vector<ReceiptWanted> orders;
};

}  // namespace spillway::actors
