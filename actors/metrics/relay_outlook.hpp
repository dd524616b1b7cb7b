// What is known of one relay centre's queue, as numbers that its queue and its line keep true and
// that the HTTP loops read for every order they accept: eight relaxed loads. Read while it changes,
// it may mix two moments; a prediction may be off by that.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/pacing/prediction.hpp"

namespace spillway::actors {

class RelayOutlook {
 public:
  void set_waiting(std::size_t waiting) { waiting_.store(waiting, relaxed); }
  void set_answer_time(Duration time) { answer_time_us_.store(time.count(), relaxed); }
  // Between two that leave the queue; zero: they do not wait for one another, or it is not known.
  void set_interval(std::chrono::nanoseconds interval) {
    interval_ns_.store(interval.count(), relaxed);
  }
  // Whether somebody takes what leaves the queue: the line of this machine, or nodes.
  void set_taken(bool taken) { taken_.store(taken, relaxed); }
  void set_gate(const GateOutlook& gate);

  // For an order that comes now, behind those that are still between HTTP and their commit.
  QueueOutlook read(std::uint64_t in_acceptance) const;

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;

  std::atomic<bool> taken_{false};
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::int64_t> answer_time_us_{0};
  std::atomic<std::int64_t> interval_ns_{0};
  std::atomic<bool> gate_open_{true};
  std::atomic<std::int64_t> gate_changes_at_us_{0};  // 0: nothing
  std::atomic<std::int64_t> gate_open_time_us_{0};
  std::atomic<std::int64_t> gate_closed_time_us_{0};
};

}  // namespace spillway::actors
