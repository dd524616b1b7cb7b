// Many latencies in little memory: a count for each hundredth of a millisecond up to ten seconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace spillway::benchmarks {

class Latencies {
 public:
  void add(std::chrono::nanoseconds latency) {
    const auto step = static_cast<std::size_t>(std::max<std::int64_t>(latency / step_size, 0));
    ++counts_[std::min(step, counts_.size() - 1)];
    ++total_;
  }

  // The latency that a `part` of all did not exceed, rounded up to a step; 0 when there is none.
  double at_ms(double part) const {
    const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t step = 0; step < counts_.size() && total_ > 0; ++step) {
      seen += counts_[step];
      if (seen > 0 && seen >= wanted) return static_cast<double>(step + 1) / 100;
    }
    return 0;
  }

 private:
  static constexpr std::chrono::microseconds step_size{10};
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(1'000'000);
  std::uint64_t total_ = 0;
};

}  // namespace spillway::benchmarks
