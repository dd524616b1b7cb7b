#include "net/text/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "engine/base/characters.hpp"

namespace spillway::net {

namespace {

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

// The parts of a number as it is written (RFC 8259 section 6).
struct NumberText {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;  // with its sign

  bool is_plain() const { return fraction.empty() && exponent.empty(); }
};

// Nothing for what is no number.
std::optional<NumberText> number_text(std::string_view text) {
  NumberText number;
  const char* at = text.data();
  const char* const end = at + text.size();
  number.negative = at != end && *at == '-';
  if (number.negative) ++at;
  const char* const first_digit = at;
  at = skip_digits(at, end);
  number.whole = {first_digit, static_cast<std::size_t>(at - first_digit)};
  if (number.whole.empty() || (*first_digit == '0' && number.whole.size() > 1)) return std::nullopt;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    at = skip_digits(at, end);
    number.fraction = {fraction, static_cast<std::size_t>(at - fraction)};
    if (number.fraction.empty()) return std::nullopt;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    const char* const exponent = ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const digits = at;
    at = skip_digits(at, end);
    if (at == digits) return std::nullopt;
    number.exponent = {exponent, static_cast<std::size_t>(at - exponent)};
  }
  return at == end ? std::optional(number) : std::nullopt;
}

// How many places an exponent moves the point. Beyond the bound all are alike: no body holds as
// many digits.
std::int64_t places_of(std::string_view exponent) {
  constexpr std::int64_t bound = std::int64_t{1} << 40;
  if (exponent.empty()) return 0;
  const bool negative = exponent.front() == '-';
  if (negative || exponent.front() == '+') exponent.remove_prefix(1);
  std::int64_t places = 0;
  for (const char digit : exponent) places = std::min(places * 10 + (digit - '0'), bound);
  return negative ? -places : places;
}

// The value of a number with a fraction or an exponent, told exactly.
void take_value(const NumberText& number, JsonNumber& out) {
  std::string digits(number.whole);
  digits.append(number.fraction);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return;  // zero
  const std::size_t significant = digits.find_last_not_of('0') + 1;
  const std::int64_t zeros = places_of(number.exponent) -
                             static_cast<std::int64_t>(number.fraction.size()) +
                             static_cast<std::int64_t>(digits.size() - significant);
  digits.resize(significant);
  constexpr std::int64_t digits_max = 19;  // of 2^63
  if (zeros < 0) {
    out.form = JsonNumber::Form::fraction;
    return;
  }
  if (zeros > digits_max || static_cast<std::int64_t>(significant) + zeros > digits_max) {
    out.form = JsonNumber::Form::too_large;
    return;
  }
  const std::string whole =
      (number.negative ? "-" : "") + digits + std::string(static_cast<std::size_t>(zeros), '0');
  if (std::from_chars(whole.data(), whole.data() + whole.size(), out.value).ec != std::errc{})
    out.form = JsonNumber::Form::too_large;
}

}  // namespace

bool parse_json_number(std::string_view text, JsonNumber& number) {
  const auto parts = number_text(text);
  if (!parts) return false;
  number = {};
  number.text = text;
  if (!parts->is_plain()) {
    take_value(*parts, number);
  } else if (std::from_chars(text.data(), text.data() + text.size(), number.value).ec !=
             std::errc{}) {
    number.form = JsonNumber::Form::too_large;
  }
  return true;
}

}  // namespace spillway::net
