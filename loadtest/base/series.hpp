// Figures of several names that are looked at again and again during a run: queues, nodes.
//
// Threads: one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "loadtest/base/histogram.hpp"

namespace spillway::loadtest {

struct Series {
  struct Sample {
    Nanoseconds at{};
    std::vector<double> values;  // in the order of `names`; shorter where a name came later
  };
  std::vector<std::string> names;
  std::vector<Sample> samples;

  // A name that is not among the values has none of them: 0.
  void add(Nanoseconds at, const std::vector<std::pair<std::string, double>>& values);

  // Of counters that begin again at 0 when their owner does: how much each grew a second, at the
  // later of each two samples.
  Series growth() const;
};

}  // namespace spillway::loadtest
