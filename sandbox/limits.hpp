// Limits of the sandbox relay centre, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

constexpr std::size_t sandbox_references_max = 8'000'000;       // remembered; the oldest go
constexpr std::size_t sandbox_answers_waiting_max = 1'000'000;  // for their latency to pass
constexpr std::size_t sandbox_ledger_unwritten_max = 16 * 1024 * 1024;
constexpr auto sandbox_late_by = 8s;  // beyond the time that an engine waits for an answer

}  // namespace spillway::limits
