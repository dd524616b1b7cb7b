// How a running system does, in one JSON object: what GET /v1/status answers an operator with, and
// what `spillway status` makes readable.
//
// Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "actors/metrics/metrics.hpp"
#include "engine/base/result.hpp"

namespace spillway::actors {

// {"version": "0.1.0", "ready": true,
//  "orders": {"accepted": 3, "in_acceptance": 0, "escalated": 0},
//  "journal": {"last_record": 12},
//  "data_files": [{"file": "journal", "used_bytes": 98304, "reader_age_seconds": 0.0,
//                  "reader_growth_bytes": 0}],
//  "projection": {"waiting": 0, "oldest_age_seconds": 0.0},
//  "outbox": {"waiting": 0, "oldest_age_seconds": 0.0},
//  "nodes": {"joined": 2, "draining": 0, "idle": 0, "lost": 0, "arriving_per_second": 1900.0,
//            "done_per_second": 1500.0, "missing": 1},
//  "relays": [{"id": 1, "name": "sandbox", "line_up": true, "outstanding": 0, "timeouts": 0,
//              "authorization": {"waiting": 0, "oldest_age_seconds": 0.0},
//              "in_doubt": {"waiting": 0, "oldest_age_seconds": 0.0}}]}
// "missing": while orders wait and more arrive than get done, so many more nodes of the mean rate
// would hold what arrives (null: no node's rate is known); otherwise 0.
std::string status_json(const Metrics& metrics, bool ready, Timestamp now);

// The text for people. An error when `json` is not what `status_json` gives.
Result<std::string> status_text(std::string_view json);

}  // namespace spillway::actors
