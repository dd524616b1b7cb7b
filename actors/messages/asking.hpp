// What shops ask of single orders, and lists.
#pragma once

#include "engine/order/events.hpp"
#include "net/api/common/order_backend.hpp"
#include "net/http/ticket.hpp"

namespace spillway::actors {

struct InquireOrder {
  ShopId shop;
  OrderNumber order;
  net::Ticket ticket;
};

struct CancelOrder {
  ShopId shop;
  OrderNumber order;
  net::Ticket ticket;
};

struct RecordApproval {
  ShopId shop;
  OrderNumber order;
  bool approved = false;
  ApprovalCode approval_code;
  net::Ticket ticket;
};

struct ListOrders {
  ShopId shop;
  net::OrderFilter filter;
  net::Ticket ticket;
};

// Of all shops, as an operator asks.
struct SearchOrders {
  net::OrderSearch search;
  net::Ticket ticket;
};

struct TellOrder {
  OrderNumber order;
  net::Ticket ticket;
};

}  // namespace spillway::actors
