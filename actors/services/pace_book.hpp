// By which pacing each relay centre goes, how its work is shared with nodes, and whether it is
// paused: as an operator set it while the system ran, which wins over restarts too until it is
// taken back, or else as the configuration says.
//
// Threads: one at a time: whoever starts the system and the actors that it starts with, then the
// pace desk.
#pragma once

#include <map>

#include "actors/configuration/configuration.hpp"
#include "engine/base/result.hpp"
#include "engine/pacing/pacing.hpp"
#include "engine/sharing/sharing.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::actors {

class PaceBook {
 public:
  struct SetPace {
    Pacing pacing;
    Timestamp at;
  };

  struct SetSharing {
    Sharing sharing;
    Timestamp at;
  };

  struct Pause {
    Timestamp since;
    std::string reason;  // may be empty
    std::string key_id;  // whose key it was
  };

  // `configuration` outlives the book. An error when what was set cannot hold any more: a time zone
  // has left the machine. Starting by another pace than the one that was set would be worse.
  static Result<PaceBook> open(const Configuration& configuration,
                               const storage::Registry& registry);

  const Pacing& in_force(const RelaySettings& relay) const;
  const SetPace* set_pace(RelayId relay) const;  // null: the configuration's holds
  const Sharing& sharing_in_force(const RelaySettings& relay) const;
  const SetSharing* set_sharing(RelayId relay) const;  // null: the configuration's holds

  const Pause* pause(RelayId relay) const;  // null: it is not paused

  void set(RelayId relay, SetPace pace) { set_[relay] = std::move(pace); }
  void take_back(RelayId relay) { set_.erase(relay); }
  void share(RelayId relay, const SetSharing& sharing) { sharings_[relay] = sharing; }
  void take_sharing_back(RelayId relay) { sharings_.erase(relay); }
  void set_pause(RelayId relay, Pause pause) { pauses_[relay] = std::move(pause); }
  void resume(RelayId relay) { pauses_.erase(relay); }

 private:
  explicit PaceBook(const Configuration& configuration) : configuration_(&configuration) {}

  std::optional<Error> read_paces(const storage::Registry& registry);
  std::optional<Error> read_sharings(const storage::Registry& registry);
  std::optional<Error> read_pauses(const storage::Registry& registry);
  const Configuration* configuration_;
  std::map<RelayId, SetPace> set_;
  std::map<RelayId, SetSharing> sharings_;
  std::map<RelayId, Pause> pauses_;
};

}  // namespace spillway::actors
