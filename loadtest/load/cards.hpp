// The sandbox's cards by what becomes of them. Their numbers are published test numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace spillway::loadtest {

enum class CardKind : std::uint8_t {
  usable = 0,
  unusable = 1,
  insufficient_funds = 2,
  expired = 3,
  exceeds_ceiling = 4,
  silent = 5,       // no answer at all
  late = 6,         // the answer comes after the time-out
  twice = 7,        // two answers
  garbage = 8,      // garbage, then the line drops
  later_usable = 9  // "come back later" at first, then usable
};
constexpr std::size_t card_kinds = 10;

struct TestCard {
  std::string_view name;  // in scenarios and reports
  std::string_view company;
  std::string_view number;
  // What an order with it may end as when its shop does nothing but wait.
  bool may_authorize;
  bool may_refuse;
};

// By CardKind. An answer that is late or lost in garbage leaves the attempt in doubt; its settling
// may end either way, depending on what the relay centre recognises and on how often it is tried.
constexpr std::array<TestCard, card_kinds> test_cards = {{
    {"usable", "VISA", "4242424242424242", true, false},
    {"unusable", "VISA", "4000000000000002", false, true},
    {"insufficient_funds", "VISA", "4000000000009995", false, true},
    {"expired", "VISA", "4000000000000069", false, true},
    {"exceeds_ceiling", "VISA", "4000000000000010", true, true},
    {"silent", "VISA", "4000000000000028", true, true},
    {"late", "VISA", "4000000000000036", true, true},
    {"twice", "VISA", "4000000000000044", true, false},
    {"garbage", "VISA", "4000000000000051", true, true},
    {"later_usable", "VISA", "4000000000000119", true, false},
}};

// Usable cards of other companies, for a mix of companies: VISA's by default.
struct CompanyCard {
  std::string_view company;
  std::string_view number;
};
constexpr std::array<CompanyCard, 3> usable_cards = {{
    {"VISA", "4242424242424242"},
    {"MASTERCARD", "5555555555554444"},
    {"JCB", "3530111333300000"},
}};

}  // namespace spillway::loadtest
