// The body of PUT /v1/relays/{relay}/sharing:
//   {"mode": "remote"}, {"mode": "spill", "wait": "50ms", "waiting": 100, "part": "all"}
// Only its form is checked here; whether it makes a sharing is for the backend to say.
#pragma once

#include <memory>

#include "engine/base/result.hpp"
#include "engine/sharing/sharing_text.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::net {

struct SharingRequest : ControlBody {
  SharingText sharing;
};

Result<std::shared_ptr<ControlBody>, Refusal> read_sharing_request(JsonReader& json,
                                                                   HttpMethod method,
                                                                   std::string_view body);

}  // namespace spillway::net
