// Characters of ASCII, by their kind; no locale has a say.
#pragma once

namespace spillway {

constexpr bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') <= 9;
}

constexpr bool is_letter(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') <= 'z' - 'a';
}

constexpr bool is_letter_or_digit(char c) {
  return is_digit(c) || is_letter(c);
}

}  // namespace spillway
