// A run of a scenario from its first process to its verdict.
//
// Threads: one; the load is on loops of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/audit/audit.hpp"
#include "loadtest/base/series.hpp"
#include "loadtest/parts/load_part.hpp"
#include "loadtest/run/display.hpp"
#include "loadtest/world/topology.hpp"

namespace spillway::loadtest {

// Exit codes of `spillway-load`.
constexpr int exit_well = 0;
constexpr int exit_failed = 1;  // it could not be run at all
constexpr int exit_wrong_usage = 2;
constexpr int exit_thresholds_missed = 3;
constexpr int exit_audit_failed = 4;
constexpr int exit_invalid = 5;  // the generator itself could not keep up

struct RunOptions {
  std::filesystem::path folder;     // of what the run starts and writes
  std::filesystem::path spillway;   // the program that a topology runs
  std::vector<std::string> agents;  // HOST:PORT each; none: this process sends
  bool any_target = false;
  bool verify = false;  // a topology's data, after it was stopped
};

// What happened when, for the charts.
struct RunEvent {
  Nanoseconds at{};
  std::string text;
};

struct StepVerdict {
  double rate = 0;
  Nanoseconds from{};
  Nanoseconds to{};
  bool healthy = false;
  std::string sentence;  // the threshold that broke
};

struct RunOutcome {
  Scenario scenario;
  std::string run;
  std::string target;
  Timestamp begin{};
  Nanoseconds took{};
  PartResult load;
  std::vector<PartHealth> machines;
  std::vector<std::string> invalid;  // reasons
  std::optional<AuditResult> audit;
  std::string audit_error;  // why there is none, although it was wanted
  std::vector<Threshold::Verdict> verdicts;
  std::vector<StepVerdict> steps;
  std::vector<RunEvent> events;
  Series queues;       // what waits inside, once a second
  Series nodes;        // what each node has answered
  std::string verify;  // what `spillway verify` said; empty: not asked
  bool interrupted = false;

  int exit_code() const;
};

// `stop` ends the arrivals early; what was sent is still audited.
Result<RunOutcome> run_scenario(const Scenario& scenario, const RunOptions& options,
                                Display& display, const std::atomic<bool>& stop);

}  // namespace spillway::loadtest
