// Text in UTF-8.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace spillway {

// Unicode code points of a text that is UTF-8: its bytes but those that continue one. It is how
// JSON Schema counts a text's length, too (JSON Schema Validation 6.3.1).
constexpr std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// A text of so many bytes needs no counting.
constexpr bool is_longer_than(std::string_view text, std::size_t characters_max) {
  return text.size() > characters_max && characters(text) > characters_max;
}

}  // namespace spillway
