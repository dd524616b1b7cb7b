// Limits of numbers, amounts and what is logged, by name. Sizes in bytes unless the name says
// otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- An order ----
// A text's length is in characters (Unicode code points), as JSON Schema counts it.
constexpr std::size_t utf8_bytes_max = 4;                     // of a character
constexpr std::int64_t amount_max = 999'999'999'999;          // ISO 8583 field 4: 12 digits
constexpr std::uint64_t order_number_max = (1ULL << 40) - 1;  // what fits a reference (field 37)
constexpr std::uint16_t attempts_max = 32'767;                // the same

// ---- Telling of trouble ----
constexpr auto trouble_told_again = 1h;          // how often trouble that lasts is logged
constexpr auto trouble_lines_interval = 60s;     // in which of one kind
constexpr std::uint32_t trouble_lines_max = 10;  // so many are logged one by one

}  // namespace spillway::limits
