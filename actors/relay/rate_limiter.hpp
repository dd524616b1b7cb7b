// Permits for one relay centre: at the pace that its contract allows and it bears now
// (engine/pacing/pacer, engine/pacing/adaptive_rate), and never more than its line has room for.
//
// Does: serve settlements before authorizations; take back what was not used; learn from what
// becomes of the requests.
// Must not: know what a permit is used for, or let more than `line_outstanding_max` be out.
#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "engine/pacing/adaptive_rate.hpp"
#include "engine/pacing/pacer.hpp"

namespace spillway::actors {

class RateLimiter : public Actor<RateLimiterActor> {
 public:
  RateLimiter(caf::actor_config& config, const RelayPeers& peers, const RelaySettings& settings,
              RelayMetrics& metrics);

  behavior_type make_behavior() override;

 private:
  void give();
  void give_permits(MonotonicTime now);
  void learn(MonotonicTime now);
  void show();
  void show_pace(double per_second);
  std::size_t room() const;

  const RelayPeers& peers_;
  const RelaySettings& settings_;
  RelayMetrics& metrics_;
  AdaptiveRate adaptive_;
  Pacer pacer_;
  std::array<std::size_t, permit_uses> wanted_{};  // by PermitUse
  std::size_t out_ = 0;                            // given, neither returned nor done
  bool line_up_ = false;
  bool waits_for_rate_;  // it has no part of its contract's rate
  bool held_ = false;
  std::shared_ptr<std::promise<void>> all_back_;  // somebody waits for that
  bool tick_under_way_ = false;
};

}  // namespace spillway::actors
