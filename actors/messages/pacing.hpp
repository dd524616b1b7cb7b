// How a relay centre's limiter and line are led.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "engine/pacing.hpp"
#include "engine/sharing.hpp"
#include "net/relay_connection.hpp"

namespace spillway::actors {

// From here on this is the pacing; what a permit was given for is not called back.
struct ChangePacing {
  Pacing pacing;
};

// From here on so much leaves by nodes.
struct ChangeSharing {
  Sharing sharing;
};

// What the nodes that are joined get done together; 0: there is none that could.
struct NodesBear {
  double per_second = 0;
};

// No further permits: the system stops. `all_back` is kept once none is out any more.
struct HoldPermits {
  std::shared_ptr<std::promise<void>> all_back;
};

struct LineIsUp {};
struct LineIsDown {
  net::LineLoss loss{};
};

struct TlsFailed {
  std::string why;
};

struct Tick {};
struct PaceTick {};

}  // namespace spillway::actors
