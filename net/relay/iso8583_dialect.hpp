// What a relay centre's messages may have different from others', where ISO 8583:1987 leaves it
// open, and how long each field of the standard is, so that one that says nothing to us is passed
// over.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace spillway::net::iso8583 {

enum class LengthKind : std::uint8_t {
  fixed,   // so many bytes
  llvar,   // two digits, then as many bytes as they say
  lllvar,  // three digits
};

struct FieldLength {
  LengthKind kind{};
  std::uint16_t size = 0;  // bytes of a fixed one; of the others what their digits say counts
  friend bool operator==(const FieldLength&, const FieldLength&) = default;
};

constexpr std::size_t fields_max = 128;
// By the field's number; [0] and [1], the bitmap, are nothing.
using FieldLengths = std::array<FieldLength, fields_max + 1>;

// ISO 8583:1987, table of data elements. A digit or letter is one byte, "b 64" eight bytes, the
// sign before an amount (x) one.
constexpr FieldLengths standard_lengths = [] {
  FieldLengths lengths{};
  const auto fixed = [&](std::size_t from, std::initializer_list<std::uint16_t> sizes) {
    for (const std::uint16_t size : sizes) lengths[from++] = {LengthKind::fixed, size};
  };
  const auto variable = [&](LengthKind kind, std::size_t from, std::size_t to) {
    for (std::size_t field = from; field <= to; ++field) lengths[field] = {kind, 0};
  };
  variable(LengthKind::llvar, 2, 2);
  fixed(3, {6, 12, 12, 12, 10, 8, 8, 8, 6, 6, 4, 4, 4, 4, 4, 4});  // 3 to 18
  fixed(19, {3, 3, 3, 3, 3, 3, 2, 2, 1, 9, 9, 9, 9});              // 19 to 31
  variable(LengthKind::llvar, 32, 35);
  variable(LengthKind::lllvar, 36, 36);
  fixed(37, {12, 6, 2, 3, 8, 15, 40});  // 37 to 43
  variable(LengthKind::llvar, 44, 45);
  variable(LengthKind::lllvar, 46, 48);
  fixed(49, {3, 3, 3, 8, 16});  // 49 to 53
  variable(LengthKind::lllvar, 54, 63);
  fixed(64, {8, 1, 1, 2, 3, 3, 3, 4, 4, 6});                    // 64 to 73
  fixed(74, {10, 10, 10, 10, 10, 10, 10, 10, 12, 12, 12, 12});  // 74 to 85
  fixed(86, {16, 16, 16, 16, 42, 1, 2, 5, 7, 42, 8, 17, 25});   // 86 to 98
  variable(LengthKind::llvar, 99, 103);
  variable(LengthKind::lllvar, 104, 127);
  fixed(128, {8});
  return lengths;
}();

constexpr std::size_t header_size_max = 32;

struct Dialect {
  // Whether each message that we send has both bitmaps, bit 1 set, or the second one only where a
  // field of it is there. Both are read.
  bool always_two_bitmaps = true;
  // Bytes before the message type, such as a TPDU: sent as they are; so many are passed over when
  // reading, whatever they are, as an answer's addresses are the other way round.
  std::string header;
  FieldLengths lengths = standard_lengths;
};
inline const Dialect standard_dialect{};

// "6000030000": an even number of hexadecimal digits, for at most header_size_max bytes.
Result<std::string> header_from(std::string_view hex);

// "44 lllvar", "63 fixed 12": how long a field is where a relay centre deviates. Not of a field
// that we send or read ourselves. The error is a sentence about `text`.
Result<void> set_length(std::string_view text, FieldLengths& lengths);

}  // namespace spillway::net::iso8583
