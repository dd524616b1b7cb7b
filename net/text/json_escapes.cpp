#include "net/text/json_escapes.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace spillway::net {

namespace {

// Four hexadecimal digits; -1 when they are not.
int hexadecimal4(const char* at, const char* end) {
  unsigned value = 0;
  if (end - at < 4) return -1;
  const auto [stop, error] = std::from_chars(at, at + 4, value, 16);
  if (error != std::errc{} || stop != at + 4) return -1;
  return static_cast<int>(value);
}

// Writes a code point as UTF-8 (RFC 3629); says how many bytes.
std::size_t put_utf8(std::uint32_t code_point, char* out) {
  const auto byte = [&](std::uint32_t lead, std::uint32_t shift, std::uint32_t mask) {
    return static_cast<char>(lead | ((code_point >> shift) & mask));
  };
  if (code_point < 0x80) {
    out[0] = static_cast<char>(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = byte(0xC0, 6, 0x1F);
    out[1] = byte(0x80, 0, 0x3F);
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = byte(0xE0, 12, 0x0F);
    out[1] = byte(0x80, 6, 0x3F);
    out[2] = byte(0x80, 0, 0x3F);
    return 3;
  }
  out[0] = byte(0xF0, 18, 0x07);
  out[1] = byte(0x80, 12, 0x3F);
  out[2] = byte(0x80, 6, 0x3F);
  out[3] = byte(0x80, 0, 0x3F);
  return 4;
}

// The code point of "\uXXXX" or of a pair of surrogates; `at` stands behind the 'u' and moves
// behind what was read. -1 for half a pair or what is not hexadecimal.
std::int32_t read_code_point(const char*& at, const char* end) {
  const int first = hexadecimal4(at, end);
  if (first < 0) return -1;
  at += 4;
  if (first < 0xD800 || first > 0xDFFF) return first;
  if (first > 0xDBFF || end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
  const int second = hexadecimal4(at + 2, end);
  if (second < 0xDC00 || second > 0xDFFF) return -1;
  at += 6;
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

// What a one-letter escape stands for; 0 for no escape.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::string_view> unescape_json(char* begin, const char* end) {
  char* out = begin;
  for (const char* at = begin; at != end;) {
    if (*at != '\\') {
      *out++ = *at++;
    } else if (*++at == 'u') {
      const std::int32_t code_point = read_code_point(++at, end);
      if (code_point < 0) return std::nullopt;
      out += put_utf8(static_cast<std::uint32_t>(code_point), out);
    } else {
      const char character = simple_escape(*at++);
      if (character == 0) return std::nullopt;
      *out++ = character;
    }
  }
  return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

}  // namespace spillway::net
