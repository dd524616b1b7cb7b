#include "sandbox/card_table.hpp"

#include <algorithm>
#include <array>

#include "engine/card.hpp"

namespace spillway::sandbox {
namespace {

using enum CardBehaviour;

constexpr std::array table{
    SandboxCard{"4242424242424242", plain, "00"},
    SandboxCard{"5555555555554444", plain, "00"},
    SandboxCard{"3530111333300000", plain, "00"},
    SandboxCard{"4000000000000002", plain, "05"},
    SandboxCard{"4000000000009995", plain, "51"},
    SandboxCard{"4000000000000069", plain, "54"},
    SandboxCard{"4000000000000010", plain, "01"},
    SandboxCard{"4000000000000028", silent, "00"},
    SandboxCard{"4000000000000036", late, "00"},
    SandboxCard{"4000000000000044", twice, "00"},
    SandboxCard{"4000000000000051", garbage_first, "00"},
    SandboxCard{"4000000000000119", inoperative_first, "00"},
};

struct Prefixes {
  unsigned first = 0;  // of six digits
  unsigned last = 0;
  std::string_view company;
};
constexpr std::array prefixes{
    Prefixes{400000, 499999, "VISA"},       Prefixes{510000, 559999, "MASTERCARD"},
    Prefixes{222100, 272099, "MASTERCARD"}, Prefixes{352800, 358999, "JCB"},
    Prefixes{340000, 349999, "AMEX"},       Prefixes{370000, 379999, "AMEX"},
    Prefixes{300000, 305999, "DINERS"},     Prefixes{360000, 369999, "DINERS"},
    Prefixes{380000, 399999, "DINERS"},
};

}  // namespace

SandboxCard sandbox_card(std::string_view number) {
  const auto* row = std::ranges::find(table, number, &SandboxCard::number);
  if (row != table.end()) return *row;
  return {number, plain, luhn_holds(number) ? "00" : "14"};
}

std::string_view company_of(std::string_view number) {
  unsigned prefix = 0;
  for (const char digit : number.substr(0, 6))
    prefix = prefix * 10 + static_cast<unsigned>(digit - '0');
  const auto* row = std::ranges::find_if(
      prefixes, [&](const Prefixes& p) { return prefix >= p.first && prefix <= p.last; });
  return row == prefixes.end() ? "OTHER" : row->company;
}

}  // namespace spillway::sandbox
