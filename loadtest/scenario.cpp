#include "loadtest/scenario.hpp"

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

std::string_view to_text(Act act) {
  constexpr std::string_view texts[] = {"kill", "stop", "restart", "freeze", "thaw"};
  return texts[static_cast<std::size_t>(act)];
}

}  // namespace spillway::loadtest
