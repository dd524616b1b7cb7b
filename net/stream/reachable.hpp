// Whether somebody listens at an address, found out by connecting and letting go: for whoever must
// hand the address to a connect of somebody else's that cannot be given a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/base/result.hpp"

namespace spillway::net {

// Blocks for `time_max` at the most for each address that the name stands for, and for the name's
// resolution. The error is a sentence.
Result<void> reachable(const std::string& host, std::uint16_t port,
                       std::chrono::milliseconds time_max);

}  // namespace spillway::net
