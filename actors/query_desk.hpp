// Answers lists from the views, off the way of the orders. A list shows what the views have
// reached, some tens of milliseconds behind the journal.
#pragma once

#include "actors/actor_base.hpp"
#include "actors/services.hpp"

namespace spillway::actors {

class QueryDesk : public Actor<QueryDeskActor> {
 public:
  QueryDesk(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  void list(const ListOrders& message);

  const Services& services_;
};

}  // namespace spillway::actors
