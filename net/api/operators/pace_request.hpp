// The body of PUT /v1/relays/{relay}/pace:
//   {"rate": 50}, {"kind": "batch", "amount": 500, "age": "10m", "rate": 50},
//   {"kind": "window", "from": "23:00", "to": "05:00", "zone": "Asia/Tokyo"}
// Only its form is checked here; whether it makes a pacing is for the backend to say.
#pragma once

#include <memory>

#include "engine/base/result.hpp"
#include "engine/pacing/pacing_text.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::net {

struct PaceRequest : ControlBody {
  PacingText pacing;
};

Result<std::shared_ptr<ControlBody>, Refusal> read_pace_request(JsonReader& json, HttpMethod method,
                                                                std::string_view body);

}  // namespace spillway::net
