// The timing of the transmission to a relay centre (seed 000: "A timing with which the Web server
// system 12 transmits…"), as it is set: in the configuration, or while the system runs. Two things
// follow it: a ReleaseGate says what may leave the queue, a Pacer how fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/calendar/daily_window.hpp"

namespace spillway {

enum class PacingKind : std::uint8_t {
  immediate = 1,  // as soon as the line has room
  paced = 2,      // one by one, at an interval
  batch = 3,      // when an amount has gathered, or the oldest of it is of an age
  window = 4,     // in certain hours of the day
};
std::string_view to_text(PacingKind kind);
std::optional<PacingKind> pacing_kind_from(std::string_view text);

struct Batch {
  std::uint64_t amount = 0;  // orders
  Duration age{};
  friend bool operator==(const Batch&, const Batch&) = default;
};

struct Pacing {
  PacingKind kind = PacingKind::immediate;
  double per_second =
      0;                 // the most that the relay centre may see; 0: no such rate. `paced` has one
  Batch batch{};         // of `batch`
  DailyWindow window{};  // of `window`
  friend bool operator==(const Pacing&, const Pacing&) = default;
};

}  // namespace spillway
