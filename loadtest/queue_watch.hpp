// Looks once a second at what waits inside the engine, by its metrics, on a thread of its own: a
// system that stands still must not hold up the run.
//
// Threads: any one.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loadtest/api_client.hpp"

namespace spillway::loadtest {

class QueueWatch {
 public:
  using Lengths = std::vector<std::pair<std::string, double>>;

  explicit QueueWatch(std::string url);
  ~QueueWatch();

  // As last seen; empty while nothing answers.
  Lengths last();

 private:
  void watch();

  ApiClient api_;
  std::mutex mutex_;
  Lengths last_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

// The families spillway_queue_length out of Prometheus text: "authorization east" → 12.
QueueWatch::Lengths read_queue_lengths(std::string_view metrics);

}  // namespace spillway::loadtest
