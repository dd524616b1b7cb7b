#include "net/mail/mail_address.hpp"

#include <algorithm>
#include <array>

#include "engine/account/limits.hpp"
#include "engine/base/characters.hpp"
#include "net/http/http_message.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t local_part_max = 64;  // RFC 5321 4.5.3.1.1
constexpr std::size_t label_max = 63;       // RFC 1035 2.3.4

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

// A dot-atom but for its dots, which may stand anywhere.
bool is_dotted(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '.' || (byte < atext.size() && atext[byte]);
  });
}

// Gave out addresses with such dots, and their successors, which took them over.
bool is_of_carrier(std::string_view domain) {
  static constexpr std::array<std::string_view, 14> carriers{
      "docomo.ne.jp",   "ezweb.ne.jp",    "au.com",        "softbank.ne.jp", "i.softbank.jp",
      "vodafone.ne.jp", "jp-t.ne.jp",     "disney.ne.jp",  "pdx.ne.jp",      "wcm.ne.jp",
      "willcom.com",    "y-mobile.ne.jp", "ymobile.ne.jp", "emnet.ne.jp"};
  return std::ranges::any_of(carriers, [&](std::string_view carrier) {
    if (domain.size() < carrier.size()) return false;
    const std::size_t before = domain.size() - carrier.size();
    return equal_ignoring_case(domain.substr(before), carrier) &&
           (before == 0 || domain[before - 1] == '.');
  });
}

// RFC 5321 4.1.2, Quoted-string: what is no printable ASCII cannot be in it, nor a quote or
// backslash without a backslash before. Not an empty one: that is nobody's.
bool is_quoted(std::string_view text) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
    if (text[i] < ' ' || text[i] > '~') return false;
  }
  return true;
}

// Where the local part ends. A quoted one may hold '@'.
std::size_t end_of_local_part(std::string_view text) {
  return text.starts_with('"') ? text.rfind('@') : text.find('@');
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
  const std::size_t at = end_of_local_part(text);
  if (at == std::string_view::npos || at == 0 || at > local_part_max) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  return is_domain(domain) &&
         (is_dot_atom(local) || is_quoted(local) || (is_of_carrier(domain) && is_dotted(local)));
}

std::string mail_address_on_the_wire(std::string_view address) {
  const std::string_view local = address.substr(0, end_of_local_part(address));
  if (local.starts_with('"') || is_dot_atom(local)) return std::string(address);
  std::string quoted("\"");
  return quoted.append(local).append("\"").append(address.substr(local.size()));
}

}  // namespace spillway::net
