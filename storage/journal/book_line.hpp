// What stays of an order whose records have left the journal: a line of the books, without anything
// about a person and without anything of the card. docs/decisions/0020-closed-orders.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/order/order.hpp"

namespace spillway::storage {

struct BookLine {
  OrderNumber order;
  ShopId shop;
  RelayId relay;
  Money amount;
  Timestamp received_at;
  Status outcome{};  // authorized, refused or cancelled
  Timestamp outcome_at;
  ApprovalCode approval_code;
  Reference charged;                // field 37 of the authorization that stands; empty: none
  std::vector<Reference> reversed;  // of the attempts that were reversed
  RecordNumber removed_by;          // the record that says so
  friend bool operator==(const BookLine&, const BookLine&) = default;
};

// One MessagePack array whose first element is the version of the form. Order and time of the
// outcome are not in it: they stand in the seal.
std::string encode_line(const BookLine& line);

// Nothing when the form is another one.
std::optional<BookLine> decode_line(OrderNumber order, Timestamp outcome_at, std::string_view body);

}  // namespace spillway::storage
