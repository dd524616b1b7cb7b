// All that the API has.
#pragma once

#include <span>

#include "net/api/common/route.hpp"

namespace spillway::net {

std::span<const Route> routes();

}  // namespace spillway::net
