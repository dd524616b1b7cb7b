// Permits, each good for one request to a relay centre, and the way that the request then goes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "engine/base/ids.hpp"
#include "engine/pacing/adaptive_rate.hpp"

namespace spillway::actors {
struct Permits;
struct PermitsReturned;
struct SendRequests;
struct WantPermits;
}  // namespace spillway::actors
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::Permits)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::PermitsReturned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::SendRequests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::WantPermits)

namespace spillway::actors {

enum class PermitUse : std::uint8_t { settlement = 0, authorization = 1 };
constexpr std::size_t permit_uses = 2;

// Whoever gives permits, takes back those that were not used, and sends what was permitted.
using PermitSource = caf::typed_actor<caf::reacts_to<WantPermits>>;
using PermitReturn = caf::typed_actor<caf::reacts_to<PermitsReturned>>;
using RequestSink = caf::typed_actor<caf::reacts_to<SendRequests>>;
// Whoever uses permits.
using PermitTaker = caf::typed_actor<caf::reacts_to<Permits>>;

// Where a permit came from and where its request goes: this machine's limiter and line, or the link
// to a node.
struct Way {
  PermitReturn back;
  RequestSink line;
  bool away = false;  // by a node
};

// The sender wants this many permits now; replaces what it wanted before.
struct WantPermits {
  RelayId relay;
  PermitUse use{};
  std::size_t count = 0;
};

// Each permit is good for one request by that way and ends as returned or as done.
struct Permits {
  RelayId relay;
  PermitUse use{};
  std::size_t count = 0;
  Way way;
};
struct PermitsReturned {
  RelayId relay;
  PermitUse use{};
  std::size_t count = 0;
};
struct PermitsDone {
  std::size_t count = 0;
  LineSigns signs{};  // what the line saw of the relay centre meanwhile
};

}  // namespace spillway::actors
