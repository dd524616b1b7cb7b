#include "engine/pacing/repeat_budget.hpp"

#include <algorithm>

#include "engine/base/backoff.hpp"
#include "engine/order/limits.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

std::size_t RepeatBudget::room(MonotonicTime now) const {
  if (credit_ >= 1) return static_cast<std::size_t>(credit_);
  return now >= next_free_ ? 1 : 0;
}

void RepeatBudget::left(MonotonicTime now) {
  if (credit_ >= 1) {
    credit_ -= 1;
    return;
  }
  free_out_ = true;
  next_free_ = now + limits::issuer_probe_patience;
}

void RepeatBudget::came_back(MonotonicTime now) {
  if (!free_out_) return;
  free_out_ = false;
  ++tries_;
  next_free_ =
      now + backoff::delay(tries_, limits::issuer_retry_min, limits::issuer_retry_max, seed_);
}

void RepeatBudget::answered(bool first) {
  const double most = static_cast<double>(limits::authorization_batch);
  credit_ = std::min(most, credit_ + (first ? of_first : of_repeat));
  if (!first) tries_ = 0;
}

void RepeatBudget::wake(MonotonicTime now) {
  tries_ = 0;
  free_out_ = false;
  next_free_ = now;
}

}  // namespace spillway
