// Times as RFC 3339 in UTC, as they stand in the API's answers and in a relay centre's ledger.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/time.hpp"

namespace spillway::loadtest {

// "2026-11-21T22:05:09.123456Z"; up to nine digits of a fraction, of which six count. Nothing for
// any other text.
std::optional<Timestamp> civil_time_from(std::string_view text);

// With six digits of a fraction.
std::string to_civil_text(Timestamp time);

}  // namespace spillway::loadtest
