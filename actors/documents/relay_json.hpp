// Relay centres as GET /v1/relays shows them and `spillway relays` and `spillway pace` make them
// readable.
//
// Threads: the pace desk's, whose book it is; the texts any.
#pragma once

#include <string>
#include <string_view>

#include "actors/metrics/metrics.hpp"
#include "actors/services/pace_book.hpp"
#include "engine/base/result.hpp"
#include "engine/pacing/pacing_text.hpp"
#include "engine/sharing/sharing_text.hpp"

namespace spillway::actors {

// {"kind": "batch", "amount": 500, "age": "10m", "rate": 50.0}: what is there, and nothing else.
std::string pacing_json(const PacingText& text);
std::string sharing_json(const SharingText& text);
// {"paused": true, "since": "2026-…", "reason": "…"}; {"paused": false} for null.
std::string pause_json(const PaceBook::Pause* pause);
// {"reason": "…"}: what the route to pause takes.
std::string pause_request_json(const std::string& reason);

// {"id": 1, "name": "east", "sandbox": false, "line_up": true, "down_since": null, "reason": null,
//  "pace": {"kind": "paced", "rate": 50.0}, "pace_from": "operator", "pace_set_at": "2026-…",
//  "configured_pace": {"kind": "immediate"},
//  "sharing": {"mode": "spill", "wait": "20ms", "part": "excess"},
//  "sharing_from": "configuration", "sharing_set_at": null, "configured_sharing": {…},
//  "paused": true, "paused_since": "2026-…", "paused_reason": "…",
//  "permit_rate": 48.5, "waiting": 3, "oldest_age_seconds": 0.2, "outstanding": 1, "in_doubt": 0,
//  "timeouts": 0}
// down_since, reason: of a line that is down. permit_rate null: no limit. …_from "configuration":
// …_set_at is null. Not paused: paused_since and paused_reason are null.
std::string relay_json(const RelaySettings& relay, const RelayMetrics& metrics,
                       const PaceBook& paces, Timestamp now);

// {"relays": […]}: all of the configuration.
std::string relays_json(const Configuration& configuration, Metrics& metrics, const PaceBook& paces,
                        Timestamp now);

// The texts for people. An error when `json` is not what these give.
Result<std::string> relays_text(std::string_view json);
Result<std::string> relay_pace_text(std::string_view json);
Result<std::string> relay_sharing_text(std::string_view json);
Result<std::string> relay_pause_text(std::string_view json);

}  // namespace spillway::actors
