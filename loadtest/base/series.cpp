#include "loadtest/base/series.hpp"

#include <algorithm>

namespace spillway::loadtest {

void Series::add(Nanoseconds at, const std::vector<std::pair<std::string, double>>& values) {
  Sample sample{.at = at, .values = std::vector<double>(names.size())};
  for (const auto& [name, value] : values) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      names.push_back(name);
      found = names.end() - 1;
      sample.values.push_back(0);
    }
    sample.values[static_cast<std::size_t>(found - names.begin())] = value;
  }
  samples.push_back(std::move(sample));
}

Series Series::growth() const {
  Series out{.names = names, .samples = {}};
  std::vector<double> before(names.size());
  Nanoseconds last{};
  for (const Sample& sample : samples) {
    Sample grown{.at = sample.at, .values = std::vector<double>(names.size())};
    const double seconds = std::chrono::duration<double>(sample.at - last).count();
    for (std::size_t i = 0; i < sample.values.size(); ++i) {
      // One that is not seen for a moment has not begun again.
      const double value = sample.values[i];
      if (value == 0) continue;
      const double more = value >= before[i] ? value - before[i] : value;
      if (seconds > 0) grown.values[i] = more / seconds;
      before[i] = value;
    }
    last = sample.at;
    out.samples.push_back(std::move(grown));
  }
  return out;
}

}  // namespace spillway::loadtest
