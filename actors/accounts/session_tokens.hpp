// The tokens that members' sessions are known by: 256 bits of chance behind a name that a person,
// or a scanner for leaked secrets, recognises. Only the hash is kept.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace spillway::actors {

using TokenHash = std::array<unsigned char, 32>;  // BLAKE2b

std::string make_session_token();  // "ms_" and 43 characters of URL-safe base 64
TokenHash hash_session_token(std::string_view token);
bool same_token(const TokenHash& a, const TokenHash& b);  // in constant time

}  // namespace spillway::actors
