// How an issuer that does not answer is dealt with (issuer_watch.hpp, issuer_lines.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

constexpr auto issuer_retry_min = 200ms;  // before an issuer that is away is asked again
constexpr auto issuer_retry_max = 5s;
constexpr auto issuer_probe_patience = 10s;      // how long a question to it may stay unanswered
constexpr std::uint32_t issuer_away_after = 3;   // orders in a row that it did not answer
constexpr std::uint32_t company_away_after = 8;  // the same of a company's issuers together
constexpr std::uint32_t issuer_away_after_max = 64;  // where it comes and goes
constexpr std::size_t issuers_apart_max = 64;        // that are watched, at one relay centre
constexpr auto issuer_memory = 60s;                  // since it last failed to answer
constexpr std::size_t set_aside_max = 4'096;         // orders of such issuers passed over at a time

}  // namespace spillway::limits
