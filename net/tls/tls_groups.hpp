// Which groups keys are agreed on in, wherever TLS is spoken.
#pragma once

namespace spillway::net {

// X25519, P-256 and P-384 (RFC 8446 4.2.7): a step in one of them takes 0.05 to 1 ms of processor.
// In those of RFC 7919 (ffdhe8192) it takes up to 93 ms, and a server takes it for whoever says
// hello, before it knows anything of him.
inline constexpr const char* tls_groups = "X25519:P-256:P-384";

// For the contexts of this process that others make, such as CAF's: from here on they begin with
// these groups. Everything else stays as OpenSSL's configuration of Debian has it. False: it could
// not be done.
//
// Before threads that use OpenSSL.
bool hold_all_tls_to_these_groups();

}  // namespace spillway::net
