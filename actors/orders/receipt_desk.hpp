// Signs receipts for the orders whose shops asked for one, after their commit.
//
// Does: read the order's record and its commit's link, sign, answer. Must not: be on the way of an
// order that wants none. On a thread of its own, since a signature takes 25 µs and nothing else
// waits for it but the answer.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class ReceiptDesk : public Actor<ReceiptDeskActor> {
 public:
  ReceiptDesk(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  net::ApiAnswer answer(const ReceiptWanted& wanted) const;

  const Services& services_;
};

}  // namespace spillway::actors
