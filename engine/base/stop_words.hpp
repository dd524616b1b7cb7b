// By which way a process that stops itself (invariants.hpp) says why.
#pragma once

#include <string_view>

namespace spillway {

// From here on `tell` gets the line, which ends with a line break, from the thread that stops.
// It must come back: the process ends after it. Without it the line goes to standard error, and
// waits for whoever reads that.
void tell_stops_by(void (*tell)(std::string_view line));

}  // namespace spillway
