// A row of the views in bytes: whether recovery needs the order (1 byte), the order's state as a
// MessagePack array, a keyed checksum with the order's number (8 bytes). About 90 bytes and the
// shop's reference for an order that waits. Views are rebuilt when the form changes, so there is
// one version only.
#pragma once

#include <string>
#include <string_view>

#include "storage/base/secret_key.hpp"
#include "storage/views/views.hpp"

namespace spillway::storage {

// Something is under way, due, or to be told: the order is visited when the system starts again.
bool needed_by_recovery(const OrderState& state);
inline bool row_is_needed(std::string_view stored) {
  return !stored.empty() && stored[0] != 0;
}

// Writes over `out`.
void encode_row(const OrderRow& row, const KeyedHash& checksum, std::string& out);

// False when the checksum or the form is wrong. Reuses what `row` has allocated.
bool decode_row(OrderNumber number, std::string_view stored, const KeyedHash& checksum,
                OrderRow& row);

}  // namespace spillway::storage
