// What is asked beside the orders.
#pragma once

#include <cstdint>

#include "net/api/common/control_api.hpp"

namespace spillway::actors {

struct HandleControl {
  net::ControlRequest request;
};

// Every loop goes by the shops as they were published under this number.
struct ShopsTaken {
  std::uint64_t publication = 0;
};

}  // namespace spillway::actors
