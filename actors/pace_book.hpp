// By which pacing each relay centre goes: the one that an operator set while the system ran, which
// wins over restarts too until it is taken back, or else the configuration's.
//
// Threads: one at a time: whoever starts the system and the actors that it starts with, then the
// pace desk.
#pragma once

#include <map>

#include "actors/configuration.hpp"
#include "engine/pacing.hpp"
#include "engine/result.hpp"
#include "storage/registry.hpp"

namespace spillway::actors {

class PaceBook {
 public:
  struct SetPace {
    Pacing pacing;
    Timestamp at;
  };

  // `configuration` outlives the book. An error when what was set cannot hold any more: a time zone
  // has left the machine. Starting by another pace than the one that was set would be worse.
  static Result<PaceBook> open(const Configuration& configuration,
                               const storage::Registry& registry);

  const Pacing& in_force(RelayId relay) const;
  const SetPace* set_pace(RelayId relay) const;  // null: the configuration's holds

  void set(RelayId relay, SetPace pace) { set_[relay] = std::move(pace); }
  void take_back(RelayId relay) { set_.erase(relay); }

 private:
  explicit PaceBook(const Configuration& configuration) : configuration_(&configuration) {}

  const Configuration* configuration_;
  std::map<RelayId, SetPace> set_;
};

}  // namespace spillway::actors
