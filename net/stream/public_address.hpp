// Which addresses are out on the internet, and not ours, a neighbour's, or nobody's: whoever lets
// strangers name where requests go must not let them reach inside (server-side request forgery,
// CWE-918).
#pragma once

#include <string>

#include <netinet/in.h>

namespace spillway::net {

// IPv4: everything but the special-purpose blocks of RFC 6890 and its registry (private, loopback,
// link-local, shared, test, benchmark, multicast, reserved). IPv6: global unicast (2000::/3) less
// its special blocks; what carries an IPv4 address (mapped, 6to4, NAT64) as that address.
bool is_public_address(const in_addr& address);
bool is_public_address(const in6_addr& address);
bool is_public_address(const sockaddr& address);  // false for every other family

bool is_loopback_address(const sockaddr& address);

}  // namespace spillway::net
