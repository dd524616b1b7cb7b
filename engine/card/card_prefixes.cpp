#include "engine/card/card_prefixes.hpp"

#include <algorithm>
#include <array>

namespace spillway {

namespace {

struct Prefixes {
  unsigned first = 0;  // of six digits
  unsigned last = 0;
  CardCompany company{};
};

constexpr std::array prefixes{
    Prefixes{400000, 499999, CardCompany::visa},
    Prefixes{510000, 559999, CardCompany::mastercard},
    Prefixes{222100, 272099, CardCompany::mastercard},
    Prefixes{352800, 358999, CardCompany::jcb},
    Prefixes{340000, 349999, CardCompany::amex},
    Prefixes{370000, 379999, CardCompany::amex},
    Prefixes{300000, 305999, CardCompany::diners},
    Prefixes{360000, 369999, CardCompany::diners},
    Prefixes{380000, 399999, CardCompany::diners},
};

}  // namespace

std::optional<CardCompany> company_of_number(std::string_view digits) {
  unsigned prefix = 0;
  for (const char digit : digits.substr(0, 6))
    prefix = prefix * 10 + static_cast<unsigned>(digit - '0');
  const auto* row = std::ranges::find_if(
      prefixes, [&](const Prefixes& p) { return prefix >= p.first && prefix <= p.last; });
  return row == prefixes.end() ? std::nullopt : std::optional(row->company);
}

}  // namespace spillway
