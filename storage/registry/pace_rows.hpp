// Paces that were set while the system ran, as values of the registry's rows (MessagePack;
// docs/data-format.md).
//
//   paces     key: relay centre (2 bytes, big-endian)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/pacing/pacing_text.hpp"

namespace spillway::storage {

struct PaceRow {
  RelayId relay;
  PacingText pacing;
  Timestamp set_at;
  friend bool operator==(const PaceRow&, const PaceRow&) = default;
};

std::string pace_row_key(RelayId relay);
std::string encode_pace(const PaceRow& row);

// Nothing when the row is of no form that is known.
std::optional<PaceRow> decode_pace(std::string_view row_key, std::string_view value);

}  // namespace spillway::storage
