#include "engine/pacing/issuer_watch.hpp"

#include <algorithm>

#include "engine/base/backoff.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

void IssuerWatch::came_back(bool first, MonotonicTime now) {
  if (first && in_a_row_ < away_after_) ++in_a_row_;
  const bool goes_away = !away_ && first && in_a_row_ == away_after_ && away_after_ != never;
  // What was sent before it went away says nothing new.
  if (!goes_away && !(away_ && probe_out_)) return;
  probes_ = goes_away ? 1 : probes_ + 1;
  away_ = true;
  probe_out_ = false;
  next_probe_ =
      now + backoff::delay(probes_, limits::issuer_retry_min, limits::issuer_retry_max, seed_);
}

void IssuerWatch::answered() {
  if (away_) {
    away_after_ = std::min(2 * away_after_, limits::issuer_away_after_max);
    came_back_ = true;
  }
  in_a_row_ = 0;
  probes_ = 0;
  away_ = false;
  probe_out_ = false;
}

void IssuerWatch::left(MonotonicTime now) {
  if (!away_) return;
  probe_out_ = true;
  next_probe_ = now + limits::issuer_probe_patience;
}

}  // namespace spillway
