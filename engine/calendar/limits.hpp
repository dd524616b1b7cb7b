// Limits of time zones, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

constexpr int time_zone_year_max = 2100;  // what zones that change by rule are told until
constexpr std::size_t time_zone_name_max = 64;
constexpr std::size_t time_zone_file_max = 64 * 1024;

}  // namespace spillway::limits
