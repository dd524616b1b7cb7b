// Times as RFC 3339, as they stand in the API's answers and in a relay centre's ledger, in UTC, or
// in whatever log of whatever place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace spillway::loadtest {

// See net/text/timestamp.hpp.
std::optional<Timestamp> civil_time_from(std::string_view text);

// With six digits of a fraction.
std::string to_civil_text(Timestamp time);

}  // namespace spillway::loadtest
