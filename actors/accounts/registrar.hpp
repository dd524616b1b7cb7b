// The one writer of the registry. As with the journal, what comes in during one commit joins the
// next one, and there is no timer.
//
// Does: commit (through storage), give what goes into the audit log its place in the chain, tell
// each client in one message what of its changes is durable. Must not: decide anything, or
// acknowledge before the sync.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "storage/registry/audit_rows.hpp"

namespace spillway::actors {

class Registrar : public Actor<RegistrarActor> {
 public:
  Registrar(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services), audit_(services.registry) {}

  behavior_type make_behavior() override;

 private:
  void add(RegisterChanges& message);
  void commit();
  void acknowledge();

  const Services& services_;
  std::vector<RegisterChanges> batch_;
  std::size_t changes_ = 0;
  storage::AuditChain audit_;
};

}  // namespace spillway::actors
