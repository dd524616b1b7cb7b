// What reading and writing an ISO 8583 message share: bitmaps and the characters of a format.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "engine/base/characters.hpp"
#include "net/relay/iso8583.hpp"

namespace spillway::net::iso8583 {

// Bit 1 is the highest of the first word, bit 65 that of the second.
using Bitmaps = std::array<std::uint64_t, 2>;

constexpr std::size_t word_of(std::size_t field) {
  return (field - 1) / 64;
}
constexpr std::uint64_t bit_of(std::size_t field) {
  return 1ULL << (63 - (field - 1) % 64);
}

constexpr Bitmaps bitmaps_of(std::initializer_list<Field> fields) {
  Bitmaps result{};
  for (const Field field : fields)
    result[word_of(static_cast<std::size_t>(field))] |= bit_of(static_cast<std::size_t>(field));
  return result;
}

// The lowest field of bitmaps that are not empty.
inline std::uint8_t first_field(const Bitmaps& bitmaps) {
  const std::size_t word = bitmaps[0] != 0 ? 0 : 1;
  return static_cast<std::uint8_t>(word * 64 + 1 +
                                   static_cast<std::size_t>(std::countl_zero(bitmaps[word])));
}

inline std::uint64_t read_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

inline void write_word(char* at, std::uint64_t word) {
  if (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  std::memcpy(at, &word, sizeof word);
}

inline bool all_digits(std::string_view text) {
  bool good = true;
  for (const char c : text) good &= is_digit(c);
  return good;
}

// The filling is at the end only: what is inside is letters and digits.
inline bool all_letters_and_digits(std::string_view text) {
  return std::ranges::all_of(without_filling(text), is_letter_or_digit);
}

inline bool all_printable(std::string_view text) {
  bool good = true;
  for (const char c : text) good &= static_cast<unsigned char>(c - ' ') <= '~' - ' ';
  return good;
}

inline bool in_format(Format format, std::string_view text) {
  switch (format) {
    case Format::n:
    case Format::llvar:
      return all_digits(text);
    case Format::an:
      return all_letters_and_digits(text);
    case Format::ans:
      return all_printable(text);
  }
  return false;
}

}  // namespace spillway::net::iso8583
