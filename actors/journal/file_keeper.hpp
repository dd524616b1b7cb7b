// Looks every few seconds at the data files: who reads them, since what a reader holds back makes
// them grow, and whether the disk has room.
//
// Does: clear the readers of processes that are gone, keep the metrics, say in the log when a
// reader is older than `limits::reader_age_max`, when the disk has little left and when new orders
// or changes are refused for it; again while it lasts, and when it is over. Must not: stop anybody;
// the process that reads is not ours.
#pragma once

#include <array>
#include <cstdint>

#include "actors/base/actor_base.hpp"
#include "actors/base/trouble_log.hpp"
#include "actors/services/services.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

// Of the data folder's file system, so that there is time to do something: many times what the
// journal keeps for the outcomes of orders.
constexpr std::uintmax_t disk_space_low = 16 * limits::journal_reserve;

class FileKeeper : public Actor<FileKeeperActor> {
 public:
  FileKeeper(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  void look();
  void show(std::size_t file, const storage::DataFileUse& use);
  void look_at_room();

  const Services& services_;
  std::array<TroubleLog, 3> readers_{};  // of each file
  TroubleLog space_;
  TroubleLog journal_room_;
  TroubleLog registry_room_;
};

}  // namespace spillway::actors
