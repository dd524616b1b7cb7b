#include "loadtest/scenario/scenario.hpp"

#include <cmath>

namespace spillway::loadtest {

RateProfile Scenario::profile() const {
  const ArrivalSettings& a = arrivals;
  switch (a.shape) {
    case ArrivalShape::constant:
      return constant_rate(a.rate, a.duration);
    case ArrivalShape::ramp:
      return ramp(a.rate_from, a.rate, a.duration);
    case ArrivalShape::stairs:
      return stairs(a.rate, a.rate_step, static_cast<std::uint32_t>(a.duration / a.step), a.step);
    case ArrivalShape::spike:
      return spike({.base = a.rate,
                    .peak = a.spike_rate,
                    .before = a.spike_at,
                    .rise = a.spike_rise,
                    .hold = a.spike_hold,
                    .fall = a.spike_fall,
                    .after = a.duration - a.spike_at - a.spike_rise - a.spike_hold - a.spike_fall});
    case ArrivalShape::daily:
      return daily_curve(a.rate, a.duration);
    case ArrivalShape::replay:
    case ArrivalShape::closed:
      break;
  }
  return {};
}

Arrivals Scenario::make_arrivals() const {
  if (arrivals.shape == ArrivalShape::replay) return Arrivals(recorded);
  return {profile(), arrivals.spacing, seed};
}

Nanoseconds Scenario::duration() const {
  if (arrivals.shape == ArrivalShape::replay)
    return recorded.empty() ? Nanoseconds{} : recorded.back();
  if (arrivals.shape == ArrivalShape::closed) return arrivals.duration;
  return profile().length();
}

Scenario Scenario::shortened(double share) const {
  Scenario out = *this;
  const auto shorten = [share](Nanoseconds& time) {
    time = Nanoseconds(std::llround(static_cast<double>(time.count()) * share));
  };
  ArrivalSettings& a = out.arrivals;
  const std::int64_t steps = a.shape == ArrivalShape::stairs ? a.duration / a.step : 0;
  for (Nanoseconds* const time : {&a.step, &a.spike_at, &a.spike_rise, &a.spike_hold, &a.spike_fall,
                                  &a.duration, &out.mix.follow_after}) {
    shorten(*time);
  }
  if (steps > 0) a.duration = a.step * steps;
  // A replay's orders are as many; they come faster.
  for (Nanoseconds& time : out.recorded) shorten(time);
  for (TimelineEntry& entry : out.timeline) shorten(entry.at);
  for (Threshold& threshold : out.thresholds) threshold = threshold.shortened(share);
  return out;
}

std::string_view to_text(Act act) {
  return act_names[static_cast<std::size_t>(act)];
}

std::string system_name(std::uint64_t number) {
  return number == 0 ? "system" : "system-" + std::to_string(number + 1);
}

}  // namespace spillway::loadtest
