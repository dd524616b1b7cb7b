// What is seen of a run while it goes on: a block that is painted over on a terminal, a line a
// second elsewhere.
//
// Threads: one.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "loadtest/base/series.hpp"
#include "loadtest/parts/load_part.hpp"

namespace spillway::loadtest {

class Display {
 public:
  // Writes to standard error, so that standard output stays free for a result.
  Display();

  void began(const std::string& name, Nanoseconds duration);
  // Something happened that stays to be read.
  void say(const std::string& sentence);
  // Once a second.
  void show(Nanoseconds at, double planned_rate, const Progress& progress,
            const std::vector<std::pair<std::string, double>>& queues, const Series& nodes);
  // No more `show`.
  void ended();

 private:
  void clear();

  bool terminal_;
  std::size_t lines_ = 0;  // painted, to be painted over
  Nanoseconds duration_{};
  Nanoseconds last_at_{};
  Progress last_;
  std::vector<double> rates_;  // accepted a second, for the little chart
};

}  // namespace spillway::loadtest
