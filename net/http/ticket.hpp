// Where an answer goes: one request on one connection of one loop.
#pragma once

#include <cstdint>

namespace spillway::net {

// Plain data, cheap to copy.
struct Ticket {
  std::uint32_t loop = 0;
  std::uint32_t sequence = 0;    // of the request on its connection
  std::uint64_t connection = 0;  // never used again for another connection
};

}  // namespace spillway::net
