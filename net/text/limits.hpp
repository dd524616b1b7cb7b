// Limits of JSON and the fields of a request, by name. Sizes in bytes unless the name says
// otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

constexpr std::size_t json_escaped_max = 2 * 6;  // of a character: a pair of surrogates
constexpr std::size_t json_depth_max = 16;
constexpr std::size_t json_fields_max = 64;   // of one object; bounds the search for doubled names
constexpr std::size_t field_errors_max = 32;  // told of one request

}  // namespace spillway::limits
