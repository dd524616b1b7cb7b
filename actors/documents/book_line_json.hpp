// A line of the books as people and their programs read it: one JSON object, without a line's end.
#pragma once

#include <string>

#include "engine/order/order_code.hpp"
#include "storage/journal/book_line.hpp"

namespace spillway::actors {

// {"order": "3F7K-9Q2M-XW41", "shop": 7, "relay": 1, "amount": 3150, "currency": "JPY",
//  "received_at": "…", "outcome": "authorized", "outcome_at": "…", "approval_code": "A12345",
//  "charged": "<field 37>", "reversed": []}
// `approval_code` and `charged` only where there is one.
std::string book_line_json(const storage::BookLine& line, const OrderCodes& codes);

}  // namespace spillway::actors
