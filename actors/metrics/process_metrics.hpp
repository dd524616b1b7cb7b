// What every program tells of itself, under the names that Prometheus' client libraries have agreed
// on: process_cpu_seconds_total and so on
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
//
// Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spillway::actors {

class MetricFamilies;

// Of /proc/PID/stat (proc(5)).
struct ProcessStat {
  std::uint64_t cpu_ticks = 0;  // in user and in kernel mode
  std::uint64_t threads = 0;
  std::uint64_t started_ticks = 0;  // since the machine started
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};
std::optional<ProcessStat> read_process_stat(std::string_view text);

// Families whose figures cannot be read are left out.
void collect_process(MetricFamilies& families);

}  // namespace spillway::actors
