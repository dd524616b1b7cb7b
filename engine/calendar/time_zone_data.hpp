// Reads a zone of the tz database from the bytes of its file (TZif, RFC 9636).
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/calendar/limits.hpp"
#include "engine/calendar/time_zone.hpp"

namespace spillway {

// The zone's changes from 1970 to limits::time_zone_year_max, those that the file gives only by
// rule included. The error says what is wrong with the bytes. Files that count leap seconds
// ("right/…") are refused: our times have none.
Result<TimeZone> time_zone_from(std::string name, std::string_view bytes);

}  // namespace spillway
