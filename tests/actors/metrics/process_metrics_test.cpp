#include "actors/metrics/process_metrics.hpp"

#include <chrono>
#include <map>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/metrics/metric_families.hpp"

namespace spillway::actors {
namespace {

std::map<std::string, double> figures() {
  MetricFamilies families;
  collect_process(families);
  std::map<std::string, double> values;
  for (const auto& family : families.take())
    values[family.name] = family.type == prometheus::MetricType::Counter
                              ? family.metric.front().counter.value
                              : family.metric.front().gauge.value;
  return values;
}

TEST(ProcessMetrics, AreThoseThatPrometheusClientsShow) {
  using namespace std::chrono;
  const auto values = figures();
  const auto now = static_cast<double>(system_clock::to_time_t(system_clock::now()));
  EXPECT_GT(values.at("process_start_time_seconds"), now - 3'600);
  EXPECT_LE(values.at("process_start_time_seconds"), now + 2);
  EXPECT_GT(values.at("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(values.at("process_resident_memory_bytes"), values.at("process_virtual_memory_bytes"));
  rlimit most{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &most), 0);
  EXPECT_EQ(values.at("process_max_fds"), static_cast<double>(most.rlim_cur));
}

TEST(ProcessMetrics, MoveWithTheProcess) {
  const auto before = figures();
  const int descriptor = open("/dev/null", O_RDONLY);
  ASSERT_GE(descriptor, 0);
  std::atomic<bool> ends{false};
  std::thread other([&] { ends.wait(false); });
  while (figures().at("process_cpu_seconds_total") == before.at("process_cpu_seconds_total")) {
  }
  const auto after = figures();
  EXPECT_EQ(after.at("process_open_fds"), before.at("process_open_fds") + 1);
  EXPECT_EQ(after.at("process_threads"), before.at("process_threads") + 1);
  ends = true;
  ends.notify_one();
  other.join();
  close(descriptor);
}

TEST(ProcessMetrics, AProgramMayBeCalledAnything) {
  const auto stat = read_process_stat(
      "42 (a ) b (c)) S 1 2 3 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 7 0 1234 1048576 300 "
      "18446744073709551615 1 1\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cpu_ticks, 200U);
  EXPECT_EQ(stat->threads, 7U);
  EXPECT_EQ(stat->started_ticks, 1'234U);
  EXPECT_EQ(stat->virtual_bytes, 1'048'576U);
  EXPECT_EQ(stat->resident_pages, 300U);
  for (const char* text : {"", "42 (spillway", "42 (spillway) S 1 2 3\n", "42 (spillway)"})
    EXPECT_FALSE(read_process_stat(text)) << text;
}

}  // namespace
}  // namespace spillway::actors
