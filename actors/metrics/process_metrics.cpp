#include "actors/metrics/process_metrics.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/metrics/metric_families.hpp"

namespace spillway::actors {

namespace {

using prometheus::MetricType;

std::string text_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// When the machine started, in seconds since 1970; 0: not known.
std::uint64_t machine_started() {
  constexpr std::string_view name = "\nbtime ";
  const std::string text = text_of("/proc/stat");
  const std::size_t at = text.find(name);
  return at == std::string::npos ? 0 : number_in(std::string_view(text).substr(at + name.size()));
}

// The size of the folder is their number since Linux 6.2; before, they have to be counted.
std::uint64_t open_descriptors() {
  struct stat folder {};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
    return static_cast<std::uint64_t>(folder.st_size);
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  if (error) return 0;
  // One of them is the iterator's own.
  return static_cast<std::uint64_t>(std::distance(begin(all), end(all))) - 1;
}

void collect_descriptors(MetricFamilies& families) {
  if (const std::uint64_t open = open_descriptors(); open > 0) {
    families.common("process_open_fds", "Open file descriptors.", MetricType::Gauge);
    families.sample(open);
  }
  rlimit most{};
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) return;
  families.common("process_max_fds", "As many file descriptors may be open.", MetricType::Gauge);
  families.sample(std::uint64_t{most.rlim_cur});
}

}  // namespace

std::optional<ProcessStat> read_process_stat(std::string_view text) {
  // The name, in parentheses, may hold anything, parentheses and blanks too.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);
  ProcessStat stat;
  constexpr int first_field = 3;  // proc(5) counts from 1
  constexpr int last_field = 24;
  for (int field = first_field; field <= last_field; ++field) {
    if (text.empty() || text.front() != ' ') return std::nullopt;
    text.remove_prefix(1);
    const std::string_view value = text.substr(0, text.find_first_of(" \n"));
    text.remove_prefix(value.size());
    switch (field) {
      case 14:  // utime
      case 15:  // stime
        stat.cpu_ticks += number_in(value);
        break;
      case 20:
        stat.threads = number_in(value);
        break;
      case 22:
        stat.started_ticks = number_in(value);
        break;
      case 23:
        stat.virtual_bytes = number_in(value);
        break;
      case 24:
        stat.resident_pages = number_in(value);
        break;
      default:
        break;
    }
  }
  return stat;
}

void collect_process(MetricFamilies& families) {
  const auto stat = read_process_stat(text_of("/proc/self/stat"));
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (stat && ticks > 0) {
    families.common("process_cpu_seconds_total",
                    "Processor time that was spent, in user and in kernel mode.",
                    MetricType::Counter);
    families.sample(static_cast<double>(stat->cpu_ticks) / ticks);
    families.common("process_resident_memory_bytes",
                    "Memory in use, with the parts of data files that are mapped and read.",
                    MetricType::Gauge);
    families.sample(stat->resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
    families.common("process_virtual_memory_bytes", "Address space in use.", MetricType::Gauge);
    families.sample(stat->virtual_bytes);
    families.common("process_threads", "Threads that there are.", MetricType::Gauge);
    families.sample(stat->threads);
    if (const std::uint64_t booted = machine_started(); booted > 0) {
      families.common("process_start_time_seconds",
                      "When the process started, in seconds since 1970.", MetricType::Gauge);
      families.sample(static_cast<double>(booted) +
                      static_cast<double>(stat->started_ticks) / ticks);
    }
  }
  collect_descriptors(families);
}

}  // namespace spillway::actors
