// The body of POST /v1/relays/{relay}/pause: {"reason": "…"}, or none.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::net {

struct PauseRequest : ControlBody {
  std::string reason;  // at most 200 bytes; empty: none was given
};

Result<std::shared_ptr<ControlBody>, Refusal> read_pause_request(JsonReader& json,
                                                                 HttpMethod method,
                                                                 std::string_view body);

}  // namespace spillway::net
