// The time of a Date header.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"

namespace spillway::net {

// Now as an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). Made once a second for
// each thread; the view holds until the thread's next call.
std::string_view http_date_now();

// A date of one of the three forms that a recipient has to take (RFC 9110 5.6.7): IMF-fixdate,
// RFC 850 with two digits of the year, asctime. `now` says which century is meant. Nothing for
// anything else.
std::optional<Timestamp> read_http_date(std::string_view text, Timestamp now);

}  // namespace spillway::net
