// Limits of lines to relay centres and their pace, by name. Sizes in bytes unless the name says
// otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- Relay lines ----
constexpr std::size_t relay_message_max = 4'096;
constexpr std::size_t relay_outstanding_max = 4'096;
constexpr auto relay_reconnect_min = 100ms;
constexpr auto relay_reconnect_max = 30s;
constexpr auto shutdown_answers_max = 3s;  // for what is outstanding when the system stops
constexpr auto relay_tick = 20ms;          // how often a line looks for overdue answers
constexpr auto doubt_retry_min = 500ms;    // between repeats or reversals of one attempt
constexpr auto doubt_retry_max = 60s;
constexpr auto attempt_retry_min = 200ms;  // before a new attempt
constexpr auto attempt_retry_max = 60s;
constexpr auto relay_connect_time_max = 5s;                // until the sign-on is answered
constexpr auto relay_heartbeat_after = 5s;                 // nothing heard: an echo is asked for
constexpr auto relay_silence_max = 12s;                    // nothing heard: the line counts as lost
constexpr std::size_t relay_unsent_max = 4 * 1024 * 1024;  // for a peer that does not read

// ---- Pacing ----
constexpr double pace_min = 1.0 / 86'400;  // one a day
constexpr double pace_max = 1e6;
constexpr auto pace_tick = 2ms;        // permits of a pace that has several in it come together
constexpr auto pace_catch_up = 100ms;  // how far back a late timer's permits are made up for
constexpr auto pace_grain = 1ms;       // what was sent within it counts as sent at its end
constexpr auto window_margin = 2s;     // a window's hours end so much earlier for the queue
constexpr auto window_look_interval = 60s;  // how soon a civil clock that was set is noticed
constexpr std::uint64_t batch_amount_max = 1'000'000;
constexpr auto batch_age_max = 24h;
constexpr auto adaptive_interval = 1s;   // between two judgements of a relay centre
constexpr auto adaptive_patience = 30s;  // then it is judged by however few answers there are
constexpr std::uint32_t adaptive_answers_min = 20;
constexpr auto adaptive_memory = 5min;  // how long a least answer time is remembered
constexpr auto promise_slack = 1s;      // commits and hand-overs beside what is predicted
constexpr auto promise_max = std::chrono::days(30);  // beyond it nothing is promised

// ---- Issuers that are away ----
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
