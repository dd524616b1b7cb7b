#include "net/relay/iso8583_dialect.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "net/relay/iso8583.hpp"

namespace spillway::net::iso8583 {
namespace {

constexpr std::size_t fixed_size_max = 999;

std::optional<unsigned> number_from(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The text up to the next space, which goes with it.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<std::string> header_from(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]);
    const int low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  if (hex.size() % 2 != 0 || bytes.size() != hex.size() / 2 || bytes.size() > header_size_max)
    return Error{"must be an even number of hexadecimal digits, for at most " +
                 std::to_string(header_size_max) + " bytes"};
  return bytes;
}

Result<void> set_length(std::string_view text, FieldLengths& lengths) {
  const auto wrong = [whole = std::string(text)](const std::string& why) {
    return Error{"\"" + whole + "\": " + why};
  };
  const auto field = number_from(take_word(text));
  const std::string_view kind = take_word(text);
  const auto size = number_from(text);
  const bool fixed = kind == "fixed";
  if (!field || (!fixed && kind != "llvar" && kind != "lllvar") || (fixed ? !size : !text.empty()))
    return wrong("a length is written \"63 fixed 12\", \"44 llvar\" or \"44 lllvar\"");
  if (*field < 2 || *field > fields_max) return wrong("the fields are 2 to 128");
  if (detail::slots[*field] != detail::no_slot)
    return wrong("the length of a field that Spillway sends or reads is the standard's");
  if (fixed && (*size < 1 || *size > fixed_size_max))
    return wrong("a fixed length is 1 to " + std::to_string(fixed_size_max));
  lengths[*field] = fixed ? FieldLength{LengthKind::fixed, static_cast<std::uint16_t>(*size)}
                    : kind == "llvar" ? FieldLength{LengthKind::llvar, 0}
                                      : FieldLength{LengthKind::lllvar, 0};
  return {};
}

}  // namespace spillway::net::iso8583
