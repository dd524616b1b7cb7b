#include "engine/pacing/prediction.hpp"

#include <algorithm>

#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

// What was published may be a little older than its next change.
struct Phase {
  bool open;
  Duration left;  // until it changes
};

Phase phase_of(const GateOutlook& gate, Timestamp now) {
  const Timestamp changes_at = *gate.changes_at;
  if (changes_at > now) return {gate.open, changes_at - now};
  const bool open = !gate.open;
  const Timestamp ends_at = changes_at + (open ? gate.open_time : gate.closed_time);
  return {open, std::max(Duration::zero(), ends_at - now)};
}

// Once it goes, all of it goes.
Duration through_batch(const GateOutlook& gate, Duration needed, Timestamp now) {
  const bool gathers = gate.changes_at && *gate.changes_at > now;
  return (gathers ? *gate.changes_at - now : gate.closed_time) + needed;
}

// Through as many hours of as many days as it takes. Nothing: they do not come, or too many.
std::optional<Duration> through_window(const GateOutlook& gate, Duration needed, Timestamp now) {
  if (!gate.changes_at) return gate.open ? std::optional(needed) : std::nullopt;
  const Phase phase = phase_of(gate, now);
  const Duration wait = phase.open ? Duration::zero() : phase.left;
  const Duration first = phase.open ? phase.left : gate.open_time;
  if (needed <= first) return wait + needed;
  const Duration rest = needed - first - Duration(1);
  const auto whole_days = rest / gate.open_time;
  if (whole_days > limits::promise_max.count()) return std::nullopt;
  return wait + first + gate.closed_time + whole_days * (gate.open_time + gate.closed_time) +
         rest % gate.open_time + Duration(1);
}

std::optional<Duration> through_gate(const GateOutlook& gate, Duration needed, Timestamp now) {
  if (gate.open_time > Duration::zero()) return through_window(gate, needed, now);
  if (gate.closed_time > Duration::zero()) return through_batch(gate, needed, now);
  return needed;
}

}  // namespace

std::optional<std::chrono::milliseconds> predict_outcome(const QueueOutlook& outlook,
                                                         Timestamp now) {
  if (!outlook.taken) return std::nullopt;
  const double queued_us = static_cast<double>(outlook.ahead + 1) *
                           static_cast<double>(outlook.interval.count()) * 1.1e-3;
  if (queued_us > static_cast<double>(Duration(limits::promise_max).count())) return std::nullopt;
  const auto wait = through_gate(outlook.gate, Duration(static_cast<std::int64_t>(queued_us)), now);
  if (!wait) return std::nullopt;
  const Duration whole = *wait + outlook.answer_time + limits::promise_slack;
  if (whole > limits::promise_max) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(whole);
}

void DrainMeter::left(std::size_t count, bool waiting, MonotonicTime now) {
  if (waiting_) {
    elapsed_ += now - last_;
    count_ += count;
  }
  waiting_ = waiting;
  last_ = now;
  if (elapsed_ < std::chrono::seconds(1)) return;
  if (count_ == 0) {  // it will be longer than that
    interval_ = std::max(interval_.value_or(elapsed_), elapsed_);
    return;
  }
  const auto measured = elapsed_ / static_cast<std::int64_t>(count_);
  interval_ = interval_ ? (*interval_ + measured) / 2 : measured;
  elapsed_ = {};
  count_ = 0;
}

void AnswerTimes::observe(Duration answer_time) {
  if (!any_) {
    any_ = true;
    mean_ = answer_time;
    deviation_ = answer_time / 2;
    return;
  }
  const Duration error = answer_time > mean_ ? answer_time - mean_ : mean_ - answer_time;
  deviation_ += (error - deviation_) / 4;
  mean_ += (answer_time - mean_) / 8;
}

std::optional<Duration> AnswerTimes::nearly_always() const {
  if (!any_) return std::nullopt;
  return mean_ + 4 * deviation_;
}

}  // namespace spillway
