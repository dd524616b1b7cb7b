// CAF's actor system as we run it (docs/decisions/0003-caf.md has the measurements).
#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

namespace spillway::actors {

class ActorThreads : public caf::actor_system_config {
 public:
  ActorThreads() {
    // Work stealing collapses with many runnable actors and burns a third of a core when idle.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{1});
    set("scheduler.max-throughput", std::size_t{300});
  }
};

}  // namespace spillway::actors
