// Looks twice a second at what waits inside the engine and what its nodes have answered, by its
// metrics, on a thread of its own: a system that stands still must not hold up the run.
//
// Threads: any one.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loadtest/load/api_client.hpp"

namespace spillway::loadtest {

class QueueWatch {
 public:
  using Lengths = std::vector<std::pair<std::string, double>>;
  struct Look {
    Lengths queues;  // "authorization east" → 12
    Lengths nodes;   // "tokyo" → authorizations that it has answered since it joined
  };

  explicit QueueWatch(std::string url);
  ~QueueWatch();

  // As last seen; empty while nothing answers.
  Look last();

 private:
  void watch();

  ApiClient api_;
  std::mutex mutex_;
  Look last_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

// Out of Prometheus text.
QueueWatch::Look read_metrics(std::string_view metrics);

}  // namespace spillway::loadtest
