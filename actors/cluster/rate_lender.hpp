// Lends the rate of one contract with a relay centre in parts to the lines that send there: this
// machine's and those of the nodes (engine/sharing/lent_rate).
//
// Does: tell each line its part, lower ones first; hear when it goes by it; choose the parts anew
// once a second by what the lines used, while nodes are joined.
// Must not: let the parts that may be in force anywhere add up to more than the contract's rate.
#pragma once

#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "engine/sharing/lent_rate.hpp"

namespace spillway::actors {

class RateLender : public Actor<RateLenderActor> {
 public:
  RateLender(caf::actor_config& config, const RelayPeers& peers, const RelaySettings& settings,
             const RelayMetrics& metrics);

  behavior_type make_behavior() override;

 private:
  // What a line has sent, to see what it used since.
  struct Use {
    std::uint64_t requests = 0;
    std::uint64_t counted = 0;  // of them when parts were last chosen
    double per_second = 0;
  };
  struct Node {
    NodeHolds holds;
    Use use;
  };

  void holds(const NodeHolds& message);
  void gone(std::uint64_t epoch);
  void look();
  void measure(MonotonicTime now);
  void choose();
  void tell(MonotonicTime now);

  const RelayPeers& peers_;
  const RelaySettings& settings_;
  const RelayMetrics& metrics_;
  Sharing sharing_;
  LentRate lent_;
  Use own_use_;
  std::map<std::uint64_t, Node> nodes_;  // by epoch
  MonotonicTime measured_at_;
  bool tick_under_way_ = false;
};

}  // namespace spillway::actors
