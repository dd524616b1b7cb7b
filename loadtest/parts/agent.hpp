// `spillway-load agent`: sends a coordinator's load from this machine, one run at a time.
//
// Whoever can reach an agent can have it send load, so it listens on the loopback unless it is told
// otherwise, and elsewhere only with a secret that both sides have in SPILLWAY_LOAD_SECRET. It
// keeps to private targets as a coordinator does.
#pragma once

#include <atomic>
#include <string>

#include "engine/base/result.hpp"

namespace spillway::loadtest {

struct AgentOptions {
  std::string listen = "127.0.0.1:9100";
  bool any_target = false;
};

// Serves until `stop`. The error says why it cannot listen.
Result<void> serve_as_agent(const AgentOptions& options, const std::atomic<bool>& stop);

}  // namespace spillway::loadtest
