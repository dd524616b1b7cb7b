// Every limit of the load test, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::loadtest::limits {

using namespace std::chrono_literals;

constexpr double rate_max = 10'000'000;  // arrivals a second
constexpr auto duration_max = 7 * 24h;
constexpr std::uint64_t connections_max = 60'000;  // of one process to one address and port
constexpr std::uint64_t systems_max = 16;          // first systems of a topology
constexpr std::uint64_t shops_max = 1'000;
constexpr std::uint64_t cart_items_max = 20;
constexpr std::uint64_t tries_max = 1'000;
constexpr std::size_t windows_max = 600;  // of a run: what is shown over time; 37 KiB each
constexpr auto sweep_interval = 50ms;     // how late a missing answer may be noticed
constexpr auto reconnect_pause = 20ms;
constexpr auto slow_piece_interval = 20ms;  // between two pieces of a slow client's request
constexpr std::size_t flaws_shown_max = 20;
constexpr std::uint64_t list_page = 500;  // orders a page, the API's largest
constexpr std::uint64_t agents_max = 100;
constexpr double busy_share_max =
    0.95;  // of the sending thread's time; above it the run is invalid

}  // namespace spillway::loadtest::limits
