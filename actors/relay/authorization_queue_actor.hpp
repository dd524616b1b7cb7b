// What waits at one relay centre, as an actor around engine/pacing/authorization_queue.
//
// Does: ask the limiter, and by the shares of engine/sharing the nodes, for permits while something
// waits that the pacing lets go, and give each permit's order to its shard, everything it has
// permits for in one message a shard; show what is to be expected of the queue (RelayOutlook).
// Must not: send anything without a permit or outside a window, or keep more of an order than its
// entry.
#pragma once

#include <unordered_set>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "engine/pacing/authorization_queue.hpp"
#include "engine/pacing/prediction.hpp"
#include "engine/pacing/release_gate.hpp"
#include "engine/sharing/sharing.hpp"

namespace spillway::actors {

class AuthorizationQueueHost : public Actor<AuthorizationQueueActor> {
 public:
  AuthorizationQueueHost(caf::actor_config& config, const Services& services, Peers& peers,
                         const RelaySettings& settings);

  behavior_type make_behavior() override;

 private:
  void take_in(const Enqueue& message);
  void take_in_later(const EnqueueLater& message);
  void withdraw(const Withdraw& message);
  void learn(const IssuersAnswered& message);
  void use(const Permits& permits);
  void change(const ChangePacing& message);
  void ask();
  Shares shares(std::size_t may_leave) const;
  void want_here(std::size_t count);
  void want_away(std::size_t count);
  void look_again_at(MonotonicTime at);
  void show_outlook(const Instant& now, bool more_may_leave);
  std::chrono::nanoseconds interval() const;
  bool nodes_take() const;
  void left(std::size_t count);
  void show();
  void show_issuers();

  Instant instant() const { return {monotonic(), services_.now()}; }

  const Services& services_;
  Peers& peers_;
  RelayId relay_;
  const std::string& name_;
  RelayMetrics& line_metrics_;
  QueueMetrics& metrics_;
  RelayOutlook& outlook_;
  AuthorizationQueue queue_;
  ReleaseGate gate_;
  OrderNumber newest_;                               // of those that came by Enqueue
  std::unordered_set<OrderNumber> withdrawn_early_;  // cancelled before they came
  std::size_t asked_here_ = 0;                       // permits the limiter knows we want
  std::size_t asked_away_ = 0;                       // the same of the nodes
  Sharing sharing_;
  DrainRate drain_;     // of this machine's line
  DrainMeter drained_;  // by whoever it is
  std::size_t left_since_measured_ = 0;
  double nodes_per_second_ = 0;
  bool told_away_ = false;  // that issuers are
  std::optional<MonotonicTime> told_away_at_;
  std::optional<MonotonicTime> tick_at_;  // the earliest Tick under way
  std::vector<WaitingOrder> taken_;
};

}  // namespace spillway::actors
