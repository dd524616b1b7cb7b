// How a relay centre's limiter and line are led.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "engine/base/ids.hpp"
#include "engine/pacing/pacing.hpp"
#include "engine/sharing/sharing.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::actors {
struct RateInForce;
}  // namespace spillway::actors
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::RateInForce)

namespace spillway::actors {

// From here on this is the pacing; what a permit was given for is not called back.
struct ChangePacing {
  Pacing pacing;
};

// A line goes by this rate now: by what it was told and whoever told it hears.
struct RateInForce {
  RelayId relay;
  double per_second = 0;  // 0: it sends nothing
};
// Whoever gives a line its part of a contract's rate.
using RateKeeper = caf::typed_actor<caf::reacts_to<RateInForce>>;

// From here on so much leaves by nodes.
struct ChangeSharing {
  Sharing sharing;
};

// Whether no new authorization leaves from here on; repeats and reversals go on.
struct ChangePause {
  bool paused = false;
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
  std::string why;
};
// A try to make it came to nothing.
struct LineNotMade {
  std::string why;
};

struct TlsFailed {
  std::string why;
};

struct MessagesPassedOver {
  std::vector<net::PassedOver> messages;
};

struct Tick {};
struct PaceTick {};

}  // namespace spillway::actors
