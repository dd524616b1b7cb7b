#include "tests/simulation/paces.hpp"

#include <algorithm>
#include <cmath>

namespace spillway::simulation {
namespace {

// How long what was given a permit, and the word of another pace, may be on its way.
constexpr Duration on_the_way_max = 2s;

DailyWindow random_window(World& world) {
  using std::chrono::minutes;
  constexpr minutes day = 24h;
  const auto now = std::chrono::floor<minutes>(world.civil_now().time_since_epoch()) % day;
  DailyWindow window;
  window.from = (now + minutes(world.pick(8))) % day;
  window.to = (window.from + minutes(1 + world.pick(20))) % day;
  if (world.chance(0.5)) {
    const auto moved = world.chance(0.5) ? 1h : -1h;
    window.zone.changes.push_back({world.civil_now() + world.between(0s, 300s), moved});
  }
  return window;
}

std::size_t most_in_a_second(const std::vector<Pacing>& pacings) {
  double most = 0;
  for (const Pacing& pacing : pacings) {
    if (pacing.per_second == 0) return SIZE_MAX;
    most = std::max(most, std::ceil(pacing.per_second));
  }
  return static_cast<std::size_t>(most);
}

// As the story has it.
std::string text_of(MonotonicTime at) {
  const auto us = std::chrono::duration_cast<Duration>(at.time_since_epoch()).count();
  return " at " + std::to_string(us) + " us";
}

}  // namespace

Pacing random_pacing(World& world) {
  Pacing pacing;
  pacing.kind = static_cast<PacingKind>(1 + world.pick(4));
  if (pacing.kind == PacingKind::paced ||
      (pacing.kind != PacingKind::immediate && world.chance(0.5)))
    pacing.per_second = world.chance(0.2) ? 0.5 : 1.0 + static_cast<double>(world.pick(20));
  if (pacing.kind == PacingKind::batch) pacing.batch = {2 + world.pick(9), world.between(1s, 60s)};
  if (pacing.kind == PacingKind::window) pacing.window = random_window(world);
  return pacing;
}

std::vector<Pacing> PaceBook::in_force(RelayId relay, MonotonicTime from, MonotonicTime to) const {
  std::vector<Pacing> result;
  const auto& changes = changes_.at(relay);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const bool begins_in_time = changes[i].asked <= to;
    const bool ends_before = i + 1 < changes.size() && changes[i + 1].answered < from;
    if (begins_in_time && !ends_before) result.push_back(changes[i].pacing);
  }
  return result;
}

bool PaceBook::stayed() const {
  return std::ranges::all_of(changes_, [](const auto& each) { return each.second.size() == 1; });
}

void PaceBook::check(World& world, const actors::RelaySettings& relay,
                     const std::vector<Arrival>& arrivals) const {
  for (std::size_t i = 0, oldest = 0; i < arrivals.size(); ++i) {
    const Arrival& arrival = arrivals[i];
    while (arrival.at - arrivals[oldest].at >= 1s) ++oldest;
    const auto pacings = in_force(relay.id, arrivals[oldest].at - on_the_way_max, arrival.at);
    world.expect(
        i - oldest < most_in_a_second(pacings),
        "relay centre " + relay.name + " was sent more than its pace" + text_of(arrival.at));
    if (!arrival.is_authorization) continue;
    // What has its permit may wait for a slower line.
    const Duration waits =
        on_the_way_max + 2s * static_cast<Duration::rep>(relay.line_outstanding_max);
    const auto on_its_way = [&](MonotonicTime at) {
      return arrival.at - waits <= at && at <= arrival.at;
    };
    if (std::ranges::any_of(clock_set_, on_its_way)) continue;
    const auto closed = [&](const Pacing& pacing) {
      return pacing.kind == PacingKind::window && !pacing.window.is_open(arrival.civil);
    };
    world.expect(!std::ranges::all_of(in_force(relay.id, arrival.at - waits, arrival.at), closed),
                 "relay centre " + relay.name + " was sent an order outside its hours" +
                     text_of(arrival.at));
  }
}

}  // namespace spillway::simulation
