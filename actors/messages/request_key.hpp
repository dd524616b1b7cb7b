// What names a request that is outstanding, at a line or at a node.
#pragma once

#include <cstdint>

#include "actors/messages/permits.hpp"
#include "engine/base/ids.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::actors {

constexpr bool is_reversal(net::RelayMessage message) {
  return message == net::RelayMessage::reversal || message == net::RelayMessage::reversal_repeat;
}

// Which permits a request takes.
constexpr PermitUse use_of(net::RelayMessage message) {
  return message == net::RelayMessage::authorization ? PermitUse::authorization
                                                     : PermitUse::settlement;
}

// An attempt's authorization and its reversal may be outstanding at once; nothing else of it may.
// Fits: a reference holds a system of 5 bits, an order of 40 and an attempt of 15.
constexpr std::uint64_t request_key(SystemId system, OrderNumber order, Attempt attempt,
                                    bool reversal) {
  return (std::uint64_t{system.value} << 56U) | (order.value << 16U) |
         (std::uint64_t{attempt.value} << 1U) | (reversal ? 1U : 0U);
}

}  // namespace spillway::actors
