// Gives the keys of cards their end, by storage::CardKeeper, at the start and every ten minutes.
//
// Does: take its steps, have cards committed under their new key, say in the log which epoch began
// and which was destroyed. Must not: hurry; it has a thread of its own and does a batch of cards
// at a time.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/base/trouble_log.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class KeyKeeper : public Actor<KeyKeeperActor> {
 public:
  KeyKeeper(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  void step();

  const Services& services_;
  const Peers& peers_;
  TroubleLog trouble_;
  bool walk_is_over_ = false;  // with the cards that are being committed
};

}  // namespace spillway::actors
