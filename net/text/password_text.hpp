// Passwords as people type them (RFC 8265 4.2, OpaqueString): one keyboard writes "é" as one
// character, another as an "e" and an accent, and a space may be one of a dozen. They are the same
// password.
#pragma once

#include <optional>
#include <string_view>

#include "engine/account/password.hpp"

namespace spillway::net {

// In the form in which passwords are kept: every space as U+0020, and the whole in Unicode's
// normalization form C. Upper and lower case stay apart, and nothing is refused for what it holds.
// Nothing when it has more characters than a password may. `text` is UTF-8.
std::optional<Password> opaque_password(std::string_view text);

// What somebody gives to prove who he is. Passwords were once kept as they were sent, and some
// still are: whose password differs from its own form may have either.
struct GivenPassword {
  Password password;
  std::optional<Password> as_sent;  // where that is another
};

// Nothing as with `opaque_password`.
std::optional<GivenPassword> given_password(std::string_view text);

}  // namespace spillway::net
