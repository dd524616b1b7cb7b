// Takes closed orders out of the journal when their time is over, every hour and in batches: first
// their personal data, later all of them but a line in the books.
//
// Does: find them in the views; have the journal writer erase personal data; gather the records of
// orders that are to leave, have their shards let go of them, then have the writer remove them; in
// the end have it write over what LMDB has freed, piece by piece, so that commits come between.
// Must not: touch an order that is open, has a notice due, or of which a webhook of its shop has
// not been told.
#pragma once

#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class RetentionDesk : public Actor<RetentionDeskActor> {
 public:
  RetentionDesk(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  // retention_desk.cpp: personal data
  void look();
  void next_erasure();
  void erased(std::size_t count);
  void end_look();
  void scrubbed(bool all);

  // retention_desk_removal.cpp: whole orders
  void find_places();
  bool may_leave(const OrderState& state, Timestamp until) const;
  void begin_removal();
  void next_removal();
  void released(const ClosedReleased& message);
  void removed(const ClosedRemoved& message);

  const Services& services_;
  const Peers& peers_;
  OrderNumber first_{1};          // all before it are done with
  std::vector<OrderNumber> due_;  // of this hour
  std::size_t handed_over_ = 0;   // of these
  std::size_t erased_ = 0;

  std::map<ShopId, RecordNumber> places_;       // up to which all webhooks of a shop were told
  std::vector<storage::OrderRow> closed_;       // to be gathered
  bool more_closed_ = false;                    // there are more than fit in one walk
  std::vector<storage::LeavingOrder> leaving_;  // gathered
  std::size_t asked_for_ = 0;                   // of these
  std::vector<storage::LeavingOrder> batch_;    // its shards are being asked
  std::vector<OrderNumber> released_;           // of the batch, so far
  std::size_t answers_missing_ = 0;
  std::size_t removed_ = 0;
  RecordNumber removed_by_;  // the last of them
  bool unscrubbed_ = true;   // of this process, or of one before that died on it
};

}  // namespace spillway::actors
