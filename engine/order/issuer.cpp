#include "engine/order/issuer.hpp"

#include "engine/base/invariants.hpp"

namespace spillway {

Issuer Issuer::of(CardCompany company, std::string_view digits) {
  constexpr std::size_t range_digits = 6;
  constexpr std::uint32_t hashes = (1U << hash_bits) - 1;  // 0 is the whole company
  SPILLWAY_CHECK(digits.size() >= range_digits, "a card number has too few digits");
  std::uint32_t range = 0;
  for (const char digit : digits.substr(0, range_digits))
    range = range * 10 + static_cast<std::uint32_t>(digit - '0');
  const std::uint32_t hash = (range * 2'654'435'761U >> 8U) % hashes + 1;  // Knuth's multiplier
  return Issuer(
      static_cast<std::uint16_t>(static_cast<std::uint32_t>(company) << hash_bits | hash));
}

}  // namespace spillway
