#include "engine/calendar/time_zone.hpp"

#include <algorithm>

namespace spillway {

namespace {

auto first_after(const TimeZone& zone, Timestamp at) {
  return std::ranges::upper_bound(zone.changes, at, {}, &OffsetChange::at);
}

}  // namespace

std::chrono::seconds TimeZone::offset_at(Timestamp at) const {
  const auto next = first_after(*this, at);
  return next == changes.begin() ? first_offset : std::prev(next)->offset;
}

std::optional<Timestamp> TimeZone::next_change(Timestamp after) const {
  const auto next = first_after(*this, after);
  if (next == changes.end()) return std::nullopt;
  return next->at;
}

}  // namespace spillway
