// Amounts of money: an integer count of the currency's minor unit (ISO 4217). JPY has no minor
// unit: 7350 is ¥7,350; in USD 7350 is $73.50.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spillway {

// ISO 4217 numeric code, as in ISO 8583:1987 field 49.
struct Currency {
  std::uint16_t numeric = 0;
  friend auto operator<=>(const Currency&, const Currency&) = default;

  // "JPY" → 392; nothing for a code we do not take.
  static std::optional<Currency> from_code(std::string_view code);
  std::string_view code() const;  // "XXX", no currency, for a number that is not known
  int decimals() const;           // digits after the point: JPY 0, USD 2, KWD 3
};

struct Money {
  std::int64_t minor_units = 0;
  Currency currency;
  friend bool operator==(const Money&, const Money&) = default;
};

// For people: "¥3,150" is written "JPY 3,150", 7350 US cents "USD 73.50".
std::string to_text(const Money& money);

// Nothing when the result does not fit 64 bits.
std::optional<std::int64_t> add_checked(std::int64_t a, std::int64_t b);
std::optional<std::int64_t> multiply_checked(std::int64_t a, std::int64_t b);

}  // namespace spillway
