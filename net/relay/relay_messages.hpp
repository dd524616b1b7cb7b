// What stands in the messages to and from a relay centre: our requests as ISO 8583, its answers as
// replies. docs/relay-protocol.md lists the fields of each message.
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/card/card.hpp"
#include "net/relay/iso8583.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::net {

// Where a frame is written; it needs no more room than this.
using FrameBuffer = std::span<char, iso8583::frame_size_max>;

// Writes a request; gives the frame's size, 0 when a part of it does not fit its field. `card` may
// be absent in a reversal only, `acquirer` has 1 to 11 digits (field 32).
std::size_t write_request(const RelayRequest& request, const CardDetails* card,
                          const Merchant& merchant, std::string_view acquirer, FrameBuffer out,
                          const iso8583::Dialect& dialect = iso8583::standard_dialect);

// Writes a 0800 with field 70 `code`.
std::size_t write_network_request(std::string_view code, std::uint32_t stan, Timestamp now,
                                  std::string_view acquirer, FrameBuffer out,
                                  const iso8583::Dialect& dialect = iso8583::standard_dialect);

// Writes the answer 0810 to a 0800, with what that had of the fields 7, 11, 32 and 70.
std::size_t write_network_response(const iso8583::Message& request, std::string_view response_code,
                                   FrameBuffer out,
                                   const iso8583::Dialect& dialect = iso8583::standard_dialect);

// Field 39 of the answer to a relay centre's 0800: 00 for what we do, a sign-on, sign-off or echo;
// for anything else 40, the function is not supported.
std::string_view network_verdict(const iso8583::Message& request);

// Reads a 0110 or 0410 that has a field 37. A field 39 that is absent, or holds less than two
// characters, is no code.
RelayReply reply_from(const iso8583::Message& response);

}  // namespace spillway::net
