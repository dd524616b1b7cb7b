// Who issued a card, as far as a queue has to tell issuers apart: the company and the first six
// digits. An issuer identification number has eight (ISO/IEC 7812-1:2017) and had six; issuers that
// share six are taken for one, and whoever goes by this bears that. The digits are hashed to 13
// bits, and so may be those of others, too. It lives in memory only and is never shown.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/card/card.hpp"

namespace spillway {

class Issuer {
 public:
  static constexpr std::size_t companies = 8;  // with 0, unknown

  Issuer() = default;  // unknown, and so is the company

  // `digits`: of a card number, six at least.
  static Issuer of(CardCompany company, std::string_view digits);

  // All issuers of the company together.
  Issuer whole_company() const {
    return Issuer(static_cast<std::uint16_t>(company() << hash_bits));
  }

  bool known() const { return value_ != 0; }
  // As CardCompany has it; 0: unknown.
  std::size_t company() const { return value_ >> hash_bits; }

  friend auto operator<=>(const Issuer&, const Issuer&) = default;

 private:
  static constexpr unsigned hash_bits = 13;
  explicit Issuer(std::uint16_t value) : value_(value) {}

  std::uint16_t value_ = 0;
};

}  // namespace spillway
