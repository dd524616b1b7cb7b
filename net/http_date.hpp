// The time of a Date header.
#pragma once

#include <cstdint>
#include <string_view>

namespace spillway::net {

// Now as an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). Made once a second for
// each thread; the view holds until the thread's next call.
std::string_view http_date_now();

}  // namespace spillway::net
