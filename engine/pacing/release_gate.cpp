#include "engine/pacing/release_gate.hpp"

#include <algorithm>

#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

// The hours end a little early: what leaves the queue then is on the wire before they are over.
bool window_is_open(const DailyWindow& window, Timestamp at) {
  return window.is_open(at) && window.is_open(at + limits::window_margin);
}

std::optional<Timestamp> window_change(const DailyWindow& window, Timestamp at) {
  if (window_is_open(window, at)) {
    const auto closes = window.next_change(at);
    return closes ? std::optional(*closes - limits::window_margin) : std::nullopt;
  }
  // In the margin the next change is the end of this window; what is asked for comes after it.
  return window.next_change(window.is_open(at) ? at + limits::window_margin : at);
}

}  // namespace

std::size_t ReleaseGate::allowed(std::size_t ready, std::optional<Timestamp> oldest,
                                 const Instant& now) {
  if (held_) return 0;
  switch (pacing_.kind) {
    case PacingKind::immediate:
    case PacingKind::paced:
      return ready;
    case PacingKind::batch:
      return allowed_of_batch(ready, oldest, now);
    case PacingKind::window:
      return window_is_open(pacing_.window, now.civil) ? ready : 0;
  }
  return ready;
}

std::size_t ReleaseGate::allowed_of_batch(std::size_t ready, std::optional<Timestamp> oldest,
                                          const Instant& now) {
  if (free_to_go_ > 0 && ready > 0) return free_to_go_ = std::min(free_to_go_, ready);
  free_to_go_ = 0;
  if (ready == 0) {
    gathering_since_.reset();
    return 0;
  }
  if (!gathering_since_) {
    // Before a restart, or while the last batch went out, it may have waited already.
    const Duration waited = oldest ? now.civil - *oldest : Duration::zero();
    gathering_since_ = now.monotonic - std::clamp(waited, Duration::zero(), pacing_.batch.age);
  }
  const bool due = now.monotonic - *gathering_since_ >= pacing_.batch.age;
  if (ready < pacing_.batch.amount && !due) return 0;
  gathering_since_.reset();
  return free_to_go_ = ready;
}

void ReleaseGate::left(std::size_t count) {
  free_to_go_ -= std::min(free_to_go_, count);
}

std::optional<MonotonicTime> ReleaseGate::next_look(const Instant& now) const {
  if (held_) return std::nullopt;
  if (pacing_.kind == PacingKind::batch && gathering_since_)
    return *gathering_since_ + pacing_.batch.age;
  if (pacing_.kind != PacingKind::window) return std::nullopt;
  // Not later than in a while, since the civil clock may be set.
  const auto change = window_change(pacing_.window, now.civil);
  const Duration wait = change ? *change - now.civil : Duration(limits::window_look_interval);
  return now.monotonic + std::min(wait, Duration(limits::window_look_interval));
}

GateOutlook ReleaseGate::outlook(const Instant& now) const {
  GateOutlook outlook;
  if (held_) {
    outlook.open = false;
    outlook.open_time = std::chrono::days(1);  // once it is let go; nobody knows when
  } else if (pacing_.kind == PacingKind::window) {
    outlook.open = window_is_open(pacing_.window, now.civil);
    outlook.changes_at = window_change(pacing_.window, now.civil);
    outlook.open_time = pacing_.window.length() - limits::window_margin;
    outlook.closed_time = std::chrono::days(1) - outlook.open_time;
  } else if (pacing_.kind == PacingKind::batch) {
    // While a batch goes out the next one gathers.
    outlook.open = false;
    outlook.closed_time = pacing_.batch.age;
    if (gathering_since_) {
      const auto wait = *gathering_since_ + pacing_.batch.age - now.monotonic;
      outlook.changes_at = now.civil + std::chrono::ceil<Duration>(std::max(wait, wait.zero()));
    }
  }
  return outlook;
}

}  // namespace spillway
