// Permits, each good for one request to a relay centre.
#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>

#include "engine/adaptive_rate.hpp"
#include "engine/pacing.hpp"
#include "net/relay_connection.hpp"

namespace spillway::actors {

enum class PermitUse : std::uint8_t { settlement = 0, authorization = 1 };

// The sender wants this many permits now; replaces what it wanted before.
struct WantPermits {
  PermitUse use{};
  std::size_t count = 0;
};

// Each permit is good for one request and ends as returned or as done.
struct Permits {
  std::size_t count = 0;
};
struct PermitsReturned {
  std::size_t count = 0;
};
struct PermitsDone {
  std::size_t count = 0;
  LineSigns signs{};  // what the line saw of the relay centre meanwhile
};

// From here on this is the pacing; what a permit was given for is not called back.
struct ChangePacing {
  Pacing pacing;
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
