// Times as texts of RFC 3339.
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/time.hpp"

namespace spillway::net {

// "2026-11-21T09:05:07Z", "2026-11-21T18:05:07.123+09:00"; after 1970 began, up to 9999. What is
// finer than a microsecond is left out, a leap second (":60") counts as the next one. Nothing for
// other texts.
std::optional<Timestamp> timestamp_from(std::string_view text);

}  // namespace spillway::net
