#include "actors/metrics/relay_outlook.hpp"

namespace spillway::actors {

void RelayOutlook::set_gate(const GateOutlook& gate) {
  gate_open_.store(gate.open, relaxed);
  gate_changes_at_us_.store(gate.changes_at ? gate.changes_at->time_since_epoch().count() : 0,
                            relaxed);
  gate_open_time_us_.store(gate.open_time.count(), relaxed);
  gate_closed_time_us_.store(gate.closed_time.count(), relaxed);
}

QueueOutlook RelayOutlook::read(std::uint64_t in_acceptance) const {
  QueueOutlook outlook;
  outlook.taken = taken_.load(relaxed);
  outlook.ahead = waiting_.load(relaxed) + in_acceptance;
  outlook.interval = std::chrono::nanoseconds(interval_ns_.load(relaxed));
  outlook.answer_time = Duration(answer_time_us_.load(relaxed));
  outlook.gate.open = gate_open_.load(relaxed);
  if (const std::int64_t changes_at = gate_changes_at_us_.load(relaxed); changes_at != 0)
    outlook.gate.changes_at = Timestamp(Duration(changes_at));
  outlook.gate.open_time = Duration(gate_open_time_us_.load(relaxed));
  outlook.gate.closed_time = Duration(gate_closed_time_us_.load(relaxed));
  return outlook;
}

}  // namespace spillway::actors
