// What a run's figures say to a threshold.
#include <cmath>

#include <fmt/format.h>

#include "loadtest/scenario/thresholds.hpp"

namespace spillway::loadtest {
namespace {

bool holds(double value, Comparison comparison, double bound) {
  switch (comparison) {
    case Comparison::less:
      return value < bound;
    case Comparison::at_most:
      return value <= bound;
    case Comparison::more:
      return value > bound;
    case Comparison::at_least:
      return value >= bound;
    case Comparison::equal:
      return value == bound;
    case Comparison::not_equal:
      return value != bound;
  }
  return false;
}

}  // namespace

double Threshold::statistic_of(const Histogram& times) const {
  switch (statistic_) {
    case Statistic::quantile:
      return static_cast<double>(times.quantile(quantile_).count());
    case Statistic::min:
      return static_cast<double>(times.min().count());
    case Statistic::max:
      return static_cast<double>(times.max().count());
    case Statistic::mean:
      return static_cast<double>(times.mean().count());
    case Statistic::count:
      return static_cast<double>(times.count());
  }
  return 0;
}

double Threshold::value_in_window(const Figures& figures) const {
  const auto& windows = figures.measured.windows();
  const Nanoseconds length = figures.measured.window_length();
  Histogram accept;
  double count = 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Nanoseconds begin = length * static_cast<std::int64_t>(i);
    if (begin + length <= *from_ || begin >= to_) continue;
    const Window& window = windows[i];
    if (window.accept != nullptr) accept.merge(*window.accept);
    count += static_cast<double>(figure_ == "arrivals"     ? window.arrivals
                                 : figure_ == "overloaded" ? window.overloaded
                                 : figure_ == "failed"     ? window.failed
                                                           : window.accepted);
  }
  if (source_ == Source::time) return statistic_of(accept);
  if (source_ != Source::rate) return count;
  return count / std::chrono::duration<double>(to_ - *from_).count();
}

double Threshold::value_of(const Figures& figures) const {
  if (from_) return value_in_window(figures);
  const Measurements& measured = figures.measured;
  switch (source_) {
    case Source::time:
      return statistic_of(measured.times(static_cast<Measure>(index_)));
    case Source::count:
      return static_cast<double>(measured.count(static_cast<Count>(index_)));
    case Source::errors:
      return static_cast<double>(measured.errors());
    case Source::error_share:
      return measured.count(Count::sent) == 0
                 ? 0
                 : static_cast<double>(measured.errors()) /
                       static_cast<double>(measured.count(Count::sent));
    case Source::rate:
      return static_cast<double>(measured.count(Count::accepted)) /
             std::max(1e-9, std::chrono::duration<double>(figures.duration).count());
    case Source::audit: {
      const std::uint64_t values[] = {figures.audit.lost,        figures.audit.twice,
                                      figures.audit.unexplained, figures.audit.charged_twice,
                                      figures.audit.untold,      figures.audit.uncalled,
                                      figures.audit.unmailed};
      return static_cast<double>(values[index_]);
    }
  }
  return 0;
}

Threshold::Verdict Threshold::judge(const Figures& figures) const {
  const double value = value_of(figures);
  const bool is_time = source_ == Source::time && statistic_ != Statistic::count;
  const bool unknown =
      (source_ == Source::audit && !figures.audit.audited) ||
      (is_time && !from_ && figures.measured.times(static_cast<Measure>(index_)).empty());
  Verdict verdict;
  // What was never measured is not good: a run that accepted nothing was not fast.
  verdict.met = !unknown && holds(value, comparison_, bound_);
  verdict.value = is_time ? value / 1e6 : value;
  const std::string found =
      is_time ? to_short_text(Nanoseconds(std::llround(value))) : fmt::format("{:.6g}", value);
  if (unknown) {
    verdict.sentence = figure_ + " was not measured";
  } else {
    verdict.sentence =
        fmt::format("{} is {}, {}{} {}", figure_, found, verdict.met ? "" : "not ",
                    comparison_texts[static_cast<std::size_t>(comparison_)], bound_text_);
  }
  if (from_) {
    verdict.sentence += fmt::format(" during {}..{}", to_short_text(*from_), to_short_text(to_));
  }
  return verdict;
}

}  // namespace spillway::loadtest
