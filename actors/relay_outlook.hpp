// What is known of one relay centre's queue, as numbers that its actors keep true and that the HTTP
// loops read for every order they accept: a dozen relaxed loads. Read while it changes, it may mix
// two moments; a prediction may be off by that.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/prediction.hpp"

namespace spillway::actors {

class RelayOutlook {
 public:
  void set_line(bool up) { line_up_.store(up, relaxed); }
  bool line_up() const { return line_up_.load(relaxed); }
  void set_waiting(std::size_t waiting) { waiting_.store(waiting, relaxed); }
  void set_answer_time(Duration time) { answer_time_us_.store(time.count(), relaxed); }
  // Zero: no limit, or not measured.
  void set_permit_interval(std::chrono::nanoseconds interval) {
    permit_interval_ns_.store(interval.count(), relaxed);
  }
  void set_drain_interval(std::chrono::nanoseconds interval) {
    drain_interval_ns_.store(interval.count(), relaxed);
  }
  void set_gate(const GateOutlook& gate);

  // For an order that comes now, behind those that are still between HTTP and their commit.
  QueueOutlook read(std::uint64_t in_acceptance) const;

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;

  std::atomic<bool> line_up_{false};
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::int64_t> answer_time_us_{0};
  std::atomic<std::int64_t> permit_interval_ns_{0};
  std::atomic<std::int64_t> drain_interval_ns_{0};
  std::atomic<bool> gate_open_{true};
  std::atomic<std::int64_t> gate_changes_at_us_{0};  // 0: nothing
  std::atomic<std::int64_t> gate_open_time_us_{0};
  std::atomic<std::int64_t> gate_closed_time_us_{0};
};

}  // namespace spillway::actors
