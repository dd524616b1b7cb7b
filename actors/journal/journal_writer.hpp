// The one writer of the journal. The first batch after a commit makes it send itself CommitBatch;
// all that is in its mailbox by then joins that commit. Busy means large commits, quiet means
// immediate ones, and there is no timer.
//
// Does: number, seal and commit (through storage), tell each client in one message what of its
// batches is durable. Must not: decide anything, or answer before the sync.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class JournalWriter : public Actor<JournalWriterActor> {
 public:
  JournalWriter(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  void add(Append& append);
  void commit();
  void remove(const RemoveClosed& message);
  void acknowledge(RecordNumber first);

  const Services& services_;
  const Peers& peers_;
  std::vector<Append> batch_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace spillway::actors
