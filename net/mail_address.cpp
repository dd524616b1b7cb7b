#include "net/mail_address.hpp"

#include <array>

#include "engine/limits.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t local_part_max = 64;  // RFC 5321 4.5.3.1.1
constexpr std::size_t label_max = 63;       // RFC 1035 2.3.4

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322 3.2.3, atext.
constexpr std::array<bool, 128> atext = [] {
  std::array<bool, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    table[c] = is_letter_or_digit(static_cast<char>(c));
  }
  for (const char c : std::string_view("!#$%&'*+-/=?^_`{|}~"))
    table[static_cast<std::size_t>(c)] = true;
  return table;
}();

bool is_dot_atom(std::string_view text) {
  bool after_dot = true;  // neither at the beginning nor at the end, nor two in a row
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '.') {
      if (after_dot) return false;
      after_dot = true;
    } else {
      if (byte >= atext.size() || !atext[byte]) return false;
      after_dot = false;
    }
  }
  return !after_dot;
}

// RFC 5321 4.1.2, sub-domain; `labels` counts.
bool is_domain(std::string_view text) {
  std::size_t labels = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > label_max) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    for (const char c : label) {
      if (!is_letter_or_digit(c) && c != '-') return false;
    }
    ++labels;
    if (dot == std::string_view::npos) return labels >= 2;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_mail_address(std::string_view text) {
  if (text.size() > limits::mail_address_max) return false;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > local_part_max) return false;
  return is_dot_atom(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

}  // namespace spillway::net
