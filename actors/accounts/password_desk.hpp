// Compares and hashes passwords, one after the other. Each takes 15 ms on purpose, so this has a
// thread of its own, which gives way to all others: log-ins take what orders leave, and the first
// thing that waits is a log-in.
//
// Does: Argon2id (storage/members/password_hash). Must not: know whose password it is. How many may
// wait is the member desk's to say.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "storage/members/password_hash.hpp"

namespace spillway::actors {

class PasswordDesk : public Actor<PasswordDeskActor> {
 public:
  // `own_thread`: it may make the thread it runs on give way.
  PasswordDesk(caf::actor_config& config, const Services& services, const Peers& peers,
               bool own_thread)
      : Actor(config), services_(services), peers_(peers), own_thread_(own_thread) {}

  behavior_type make_behavior() override;

 private:
  void hash(const HashPasswords& job);
  bool matches(const Password& given, const std::string& against);
  void give_way();

  const Services& services_;
  const Peers& peers_;
  bool own_thread_;
  std::string nobodys_;  // a hash that no password has
};

}  // namespace spillway::actors
