#include "sandbox/card_table.hpp"

#include <algorithm>
#include <array>

#include "engine/card/card_prefixes.hpp"

namespace spillway::sandbox {
namespace {

using enum CardBehaviour;

constexpr std::array table{
    SandboxCard{"4242424242424242", plain, "00", Oddity::none},
    SandboxCard{"5555555555554444", plain, "00", Oddity::none},
    SandboxCard{"3530111333300000", plain, "00", Oddity::none},
    SandboxCard{"4000000000000002", plain, "05", Oddity::none},
    SandboxCard{"4000000000009995", plain, "51", Oddity::none},
    SandboxCard{"4000000000000069", plain, "54", Oddity::none},
    SandboxCard{"4000000000000010", plain, "01", Oddity::none},
    SandboxCard{"4000000000000028", silent, "00", Oddity::none},
    SandboxCard{"4000000000000036", late, "00", Oddity::none},
    SandboxCard{"4000000000000044", twice, "00", Oddity::none},
    SandboxCard{"4000000000000051", garbage_first, "00", Oddity::none},
    SandboxCard{"4000000000000119", inoperative_first, "00", Oddity::none},
    SandboxCard{"4000000000000127", plain, "00", Oddity::partial},
    SandboxCard{"4000000000000135", plain, "00", Oddity::other_amount},
    SandboxCard{"4000000000000143", plain, "00", Oddity::other_currency},
    SandboxCard{"4000000000000150", plain, "00", Oddity::honour},
    SandboxCard{"4000000000000168", plain, "00", Oddity::vip},
    SandboxCard{"4000000000000176", plain, "00", Oddity::too_late},
    SandboxCard{"4000000000000184", plain, "00", Oddity::no_code},
    SandboxCard{"4000000000000192", silent_first, "00", Oddity::duplicate},
    SandboxCard{"4000000000000200", plain, "00", Oddity::unreadable},
    SandboxCard{"4000000000000218", plain, "00", Oddity::extra_fields},
};

}  // namespace

SandboxCard sandbox_card(std::string_view number) {
  const auto* row = std::ranges::find(table, number, &SandboxCard::number);
  if (row != table.end()) return *row;
  return {number, plain, luhn_holds(number) ? "00" : "14", Oddity::none};
}

std::string_view company_of(std::string_view number) {
  const auto company = company_of_number(number);
  return company ? to_text(*company) : "OTHER";
}

}  // namespace spillway::sandbox
