// Leads a run through its phases: what it needs is started, the load is sent while the timeline
// happens, then all is left to settle and is audited.
//
// Threads: one.
#pragma once

#include <memory>

#include "loadtest/run/run.hpp"
#include "loadtest/world/queue_watch.hpp"
#include "loadtest/world/receivers.hpp"

namespace spillway::loadtest {

class Conductor {
 public:
  Conductor(const Scenario& scenario, const RunOptions& options, Display& display,
            const std::atomic<bool>& stop);

  // Starts the topology, finds the target and the senders, opens the connections.
  Result<void> prepare();
  // Until everything was sent and answered.
  Result<void> send();
  // What goes wrong here is told in the outcome.
  void settle_and_audit();

  RunOutcome& outcome() { return outcome_; }

 private:
  Result<void> find_shops();
  Result<void> check_targets();
  Result<void> make_parts();
  Nanoseconds run_time() const;
  void happen(Nanoseconds now);
  // Sums what the parts have done. The error is that of a part that is gone.
  Result<Progress> progress();
  void look(Nanoseconds now, const Progress& progress);
  void judge_step(Nanoseconds now);
  Result<void> collect();
  void wait_until_settled();
  Result<bool> settled();
  Result<void> audit_books();
  Result<Ledgers> read_ledgers(const Mix& mix, Timestamp since) const;
  void sample(Nanoseconds now);
  void disturb(const TimelineEntry& entry, Timestamp now);
  void event(Nanoseconds at, const std::string& text);

  const Scenario& scenario_;
  const RunOptions& options_;
  Display& display_;
  const std::atomic<bool>& stop_;
  RunOutcome outcome_;
  RunPlan plan_;
  std::vector<Target> targets_;  // first systems
  Receivers receivers_;
  std::unique_ptr<Topology> topology_;
  std::vector<std::unique_ptr<LoadPart>> parts_;
  std::vector<std::unique_ptr<QueueWatch>> watches_;  // one a target
  QueueWatch::Look last_look_;                        // of all
  RateProfile profile_;
  MonotonicTime begin_{};
  std::size_t next_entry_ = 0;
  std::vector<TimelineEntry> timeline_;  // by time
  Nanoseconds next_look_{};
  std::size_t step_ = 0;
  std::vector<std::pair<std::string, Disturbance>> disturbances_;  // by what was disturbed
};

// The shops' keys from the demo's file: {"shop_1": "…", "shop_2": "…"}, or, before that, from the
// environment: SPILLWAY_LOAD_KEYS, with commas between them.
Result<std::vector<Shop>> read_shop_keys(const std::string& file);

}  // namespace spillway::loadtest
