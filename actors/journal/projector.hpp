// Keeps the views up with the journal, in bulk and never on the way of an order.
//
// Does: read what the journal has gained, project it, tell the shards how far the views are; say
// in the log when the disk takes nothing of it, again while it lasts, and when it is over.
// Must not: be hurried, or take processor time from the way of an order: its thread has a low
// priority. Between two projections it rests, so that under load each one carries more
// and costs less a record; what a shop asks about one order does not depend on it.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/base/trouble_log.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class Projector : public Actor<ProjectorActor> {
 public:
  // `own_thread`: it runs on a thread that is its own.
  Projector(caf::actor_config& config, const Services& services, const Peers& peers,
            bool own_thread)
      : Actor(config),
        services_(services),
        peers_(peers),
        journal_last_(services.views.position()),
        give_way_(own_thread) {}

  behavior_type make_behavior() override;

 private:
  void grew(RecordNumber last);
  void project();
  void show();
  void tell_of_room(bool full);
  void show_oldest(RecordNumber reached);

  const Services& services_;
  const Peers& peers_;
  RecordNumber journal_last_;
  bool give_way_;           // the thread has still to be told of its priority
  bool scheduled_ = false;  // a ProjectNext is under way
  std::vector<storage::StoredEvent> events_;
  TroubleLog room_;
};

}  // namespace spillway::actors
