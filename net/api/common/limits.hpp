// Limits of the API beside the orders, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

constexpr std::size_t control_body_max = 16 * 1024;
constexpr std::size_t control_requests_waiting_max = 1'024;  // at one desk, for a change under way

}  // namespace spillway::limits
