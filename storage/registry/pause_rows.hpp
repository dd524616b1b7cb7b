// Relay centres that an operator has paused, as rows of the registry's table `pauses`
// (docs/data-format.md).
//   pauses  relay (2, big-endian) → MessagePack array: version, since (µs), reason, key
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace spillway::storage {

struct PauseRow {
  RelayId relay;
  Timestamp since;
  std::string reason;  // of the operator's; may be empty
  std::string key_id;  // whose key it was, as the audit log names it
  friend bool operator==(const PauseRow&, const PauseRow&) = default;
};

std::string pause_row_key(RelayId relay);
std::string encode_pause(const PauseRow& row);

// Nothing when the row is of no form that is known.
std::optional<PauseRow> decode_pause(std::string_view row_key, std::string_view value);

}  // namespace spillway::storage
