// How work is shared with nodes where it was set while the system ran, as values of the registry's
// rows (MessagePack; docs/data-format.md).
//
//   sharings  key: relay centre (2 bytes, big-endian)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/sharing/sharing.hpp"

namespace spillway::storage {

struct SharingRow {
  RelayId relay;
  Sharing sharing;
  Timestamp set_at;
  friend bool operator==(const SharingRow&, const SharingRow&) = default;
};

std::string sharing_row_key(RelayId relay);
std::string encode_sharing(const SharingRow& row);

// Nothing when the row is of no form that is known.
std::optional<SharingRow> decode_sharing(std::string_view row_key, std::string_view value);

}  // namespace spillway::storage
