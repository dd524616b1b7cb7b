// The machine's time zones: files of the tz database (Debian: tzdata), under $TZDIR or
// /usr/share/zoneinfo.
#pragma once

#include <string>

#include "engine/base/result.hpp"
#include "engine/calendar/time_zone.hpp"

namespace spillway::actors {

// The zone of that name ("Asia/Tokyo"). The error is a sentence for whoever wrote the name.
Result<TimeZone> load_time_zone(const std::string& name);

}  // namespace spillway::actors
