#include "engine/calendar/daily_window.hpp"

#include <algorithm>

namespace spillway {

namespace {

using std::chrono::days;

Duration time_of_day(Timestamp local) {
  return local - std::chrono::floor<days>(local);
}

bool contains(const DailyWindow& window, Duration of_day) {
  if (window.from < window.to) return of_day >= window.from && of_day < window.to;
  return of_day >= window.from || of_day < window.to;
}

// From `of_day` on to when the wall clock shows `target` next, if nobody moves it.
Duration until(Duration of_day, std::chrono::minutes target) {
  const Duration wait = target - of_day;
  return wait > Duration::zero() ? wait : wait + days(1);
}

}  // namespace

bool DailyWindow::is_open(Timestamp at) const {
  return contains(*this, time_of_day(at + zone.offset_at(at)));
}

std::optional<Timestamp> DailyWindow::next_change(Timestamp at) const {
  const bool open = is_open(at);
  // Between two changes of the offset the wall clock runs evenly; each one is looked at by itself.
  for (const Timestamp end = at + days(8); at < end;) {
    const Duration of_day = time_of_day(at + zone.offset_at(at));
    const Timestamp edge = at + until(of_day, open ? to : from);
    const auto moved = zone.next_change(at);
    if (!moved || edge < *moved) return edge;
    at = *moved;
    if (is_open(at) != open) return at;
  }
  return std::nullopt;
}

std::chrono::minutes DailyWindow::length() const {
  return to > from ? to - from : to - from + days(1);
}

}  // namespace spillway
