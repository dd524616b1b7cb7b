#include "sandbox/card_table.hpp"

#include <algorithm>
#include <array>

#include "engine/card_prefixes.hpp"

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

}  // namespace

SandboxCard sandbox_card(std::string_view number) {
  const auto* row = std::ranges::find(table, number, &SandboxCard::number);
  if (row != table.end()) return *row;
  return {number, plain, luhn_holds(number) ? "00" : "14"};
}

std::string_view company_of(std::string_view number) {
  const auto company = company_of_number(number);
  return company ? to_text(*company) : "OTHER";
}

}  // namespace spillway::sandbox
