// The escapes in JSON strings (RFC 8259 section 7).
#pragma once

#include <optional>
#include <string_view>

namespace spillway::net {

// Unescapes what stands between two quotes in its own place, where it fits: no escape is shorter
// than what it stands for. Nothing for an escape that does not exist and for half a pair of
// surrogates. No backslash may be the last character.
std::optional<std::string_view> unescape_json(char* begin, const char* end);

}  // namespace spillway::net
