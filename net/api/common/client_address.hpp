// Whose address a request counts under, for whoever counts what strangers do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spillway::net {

// The peer's address, in digits; or, when the peer is believed or on this machine (a reverse proxy,
// a shop's server that shows its key), the last address in its X-Forwarded-For field: that is the
// one which the peer itself has added, those before it anybody may have written. It may have a
// port behind it or stand in brackets: those are of one connection and no part of who it is.
//
// An IPv4 address as it is, of an IPv6 one its first 64 bits, "2001:db8:1:2::/64": one client has
// at least as many.
std::string client_address(std::string_view peer, bool believed,
                           std::optional<std::string_view> forwarded_for);

}  // namespace spillway::net
