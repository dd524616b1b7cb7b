#include "loadtest/run/run.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "loadtest/base/limits.hpp"
#include "loadtest/run/conductor.hpp"

namespace spillway::loadtest {

int RunOutcome::exit_code() const {
  if (!invalid.empty()) return exit_invalid;
  if (!audit_error.empty() || (audit && !audit->passed())) return exit_audit_failed;
  if (!verify.empty() && verify != "well") return exit_audit_failed;
  const bool met = std::all_of(verdicts.begin(), verdicts.end(),
                               [](const auto& verdict) { return verdict.met; });
  return met ? exit_well : exit_thresholds_missed;
}

namespace {

// A run whose generator was the slow one says nothing about the target.
void judge_validity(RunOutcome& outcome) {
  const Measurements& measured = outcome.load.measured;
  const Nanoseconds lag = measured.times(Measure::lag).quantile(0.99);
  if (lag > outcome.scenario.lag_max) {
    outcome.invalid.push_back(
        fmt::format("the generator was late: 1% of its requests left more than {} after their time "
                    "although a connection was free (allowed: {})",
                    to_short_text(lag), to_short_text(outcome.scenario.lag_max)));
  }
  for (const PartHealth& part : outcome.machines) {
    if (part.sender.busy_share <= limits::busy_share_max) continue;
    outcome.invalid.push_back(
        fmt::format("the generator on {} had no time left: its thread was busy for {:.0f}% of the "
                    "run; share the load among several",
                    part.machine, part.sender.busy_share * 100));
  }
}

}  // namespace

Result<RunOutcome> run_scenario(const Scenario& scenario, const RunOptions& options,
                                Display& display, const std::atomic<bool>& stop) {
  Conductor conductor(scenario, options, display, stop);
  if (auto prepared = conductor.prepare(); !prepared) return prepared.error();
  if (auto sent = conductor.send(); !sent) return sent.error();
  conductor.settle_and_audit();
  RunOutcome& outcome = conductor.outcome();
  judge_validity(outcome);
  const Figures figures{outcome.load.measured,
                        outcome.audit ? outcome.audit->figures : AuditFigures{},
                        scenario.duration()};
  for (const Threshold& threshold : scenario.thresholds) {
    outcome.verdicts.push_back(threshold.judge(figures));
  }
  return std::move(outcome);
}

}  // namespace spillway::loadtest
