// What queries read and recovery starts from: a row per order and the lists, projected from the
// journal in bulk, each transaction storing the journal number it reaches. Lost or broken views
// are rebuilt.
//
// Threads: `project` from one thread only; the rest from any.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/order/order.hpp"
#include "engine/telling/shop_event.hpp"
#include "storage/journal/entry.hpp"

namespace spillway::storage {

// An order as far as the views have come.
struct OrderRow {
  OrderState state;
  Timestamp received_at;
  IdempotencyMark idempotency;
  std::string reference;  // the shop's own
};

struct ListQuery {
  ShopId shop;
  std::optional<Status> status;
  std::optional<std::string> reference;
  OrderNumber before;  // 0: from the newest
  std::size_t limit = 0;
};

struct ListPage {
  std::vector<OrderNumber> orders;  // newest first
  OrderNumber next_before;          // 0: nothing older
};

class Views {
 public:
  virtual ~Views() = default;

  // The journal number the views have reached, durably.
  virtual RecordNumber position() const = 0;

  // Takes the events that follow `position`, without a gap but for records that were removed. One
  // transaction. When the disk is full nothing is taken and `position` stays: try again later.
  virtual void project(std::span<const StoredEvent> events) = 0;

  virtual std::optional<OrderRow> order(OrderNumber number) const = 0;
  virtual ListPage list(const ListQuery& query) const = 0;

  // Rows of all shops, newest first, those before `before` (0: from the newest), at most `count`.
  virtual std::vector<OrderRow> newest(OrderNumber before, std::size_t count) const = 0;

  // What the shop is told by records after that one, in their order, at most `count`; up to
  // `position`.
  virtual std::vector<ShopEvent> events(ShopId shop, RecordNumber after,
                                        std::size_t count) const = 0;

  // Every row from `first` on, in order of their numbers.
  virtual void for_each_order(OrderNumber first,
                              const std::function<void(const OrderRow&)>& visit) const = 0;

  // No order before this one is open (see `at_rest`), has a notice due, or was received at `since`
  // or later.
  virtual OrderNumber first_needed(Timestamp since) const = 0;
};

// What an event about an order does to its row; `row` is empty before `received`.
void project_event(std::optional<OrderRow>& row, const StoredEvent& stored);

}  // namespace spillway::storage
