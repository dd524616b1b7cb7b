// Crockford's base 32: the digits and the capital letters without I, L, O and U, so that no two
// symbols look alike. Five bits a symbol.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spillway::base32 {

constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::uint8_t not_a_symbol = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_a_symbol);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    values[static_cast<unsigned char>(symbols[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr std::array<std::uint8_t, 256> values = make_values();

// 0..31, or `not_a_symbol`. Capital letters only.
constexpr std::uint8_t value_of(char symbol) {
  return values[static_cast<unsigned char>(symbol)];
}

// Writes the lowest 5 × `count` bits of `number`, the highest first.
constexpr void write(std::uint64_t number, std::size_t count, char* out) {
  for (std::size_t i = count; i > 0; --i) {
    out[i - 1] = symbols[number & 31];
    number >>= 5;
  }
}

}  // namespace spillway::base32
