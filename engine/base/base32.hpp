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

// As Crockford asks readers to: small letters, and O, I, L for the digits they look like.
constexpr std::uint8_t read_leniently(char symbol) {
  if (symbol >= 'a' && symbol <= 'z') symbol = static_cast<char>(symbol - 'a' + 'A');
  if (symbol == 'O') symbol = '0';
  if (symbol == 'I' || symbol == 'L') symbol = '1';
  return value_of(symbol);
}

// The check symbol makes Σ symbolᵢ · αⁿ⁻ⁱ zero over GF(32), α a generator of its 31 powers: one
// wrong symbol changes the sum, and so does a swap of two different symbols, since no two places
// have the same power.
class Check {
 public:
  constexpr void take(std::uint8_t symbol) { sum_ = times_alpha(sum_ ^ symbol); }
  constexpr std::uint8_t symbol() const { return sum_; }

 private:
  static constexpr std::uint8_t times_alpha(std::uint8_t value) {  // modulo x⁵ + x² + 1
    return static_cast<std::uint8_t>(value & 16 ? (value << 1) ^ 0b100101 : value << 1);
  }
  std::uint8_t sum_ = 0;
};

// Writes the lowest 5 × `count` bits of `number`, the highest first.
constexpr void write(std::uint64_t number, std::size_t count, char* out) {
  for (std::size_t i = count; i > 0; --i) {
    out[i - 1] = symbols[number & 31];
    number >>= 5;
  }
}

}  // namespace spillway::base32
