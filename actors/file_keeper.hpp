// Looks every few seconds at who reads the data files: what a reader holds back makes them grow.
//
// Does: clear the readers of processes that are gone, keep the metrics, say in the log once when a
// reader is older than `limits::reader_age_max` and when it has gone. Must not: stop anybody; the
// process that reads is not ours.
#pragma once

#include <array>

#include "actors/actor_base.hpp"
#include "actors/services.hpp"

namespace spillway::actors {

class FileKeeper : public Actor<FileKeeperActor> {
 public:
  FileKeeper(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  void look();
  void show(std::size_t file, const storage::DataFileUse& use);

  const Services& services_;
  std::array<bool, 3> told_{};  // of an old reader of each file
};

}  // namespace spillway::actors
