// Takes the personal data of orders out of the journal when its time is over: every hour, of those
// that are closed, in batches.
//
// Does: find them in the views, have the journal writer erase them, and at the end have it write
// over what LMDB has freed. Must not: touch an order that is open or has a notice due.
#pragma once

#include "actors/actor_base.hpp"
#include "actors/services.hpp"

namespace spillway::actors {

class RetentionDesk : public Actor<RetentionDeskActor> {
 public:
  RetentionDesk(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  void look();
  void next_batch();
  void erased(std::size_t count);

  const Services& services_;
  const Peers& peers_;
  OrderNumber first_{1};          // all before it are done with
  std::vector<OrderNumber> due_;  // of this hour
  std::size_t handed_over_ = 0;   // of these
  std::size_t erased_ = 0;
};

}  // namespace spillway::actors
