#include "engine/pacing/adaptive_rate.hpp"

#include <algorithm>

#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

// What is left of the rate after each kind of trouble.
constexpr std::array<double, trouble_kinds> left_over = {0.5, 0.7, 0.8};

constexpr double step = 0.05;            // of the bound, each interval without trouble
constexpr double step_unbounded = 0.25;  // the same where no rate is configured
constexpr double step_of_used = 0.25;    // of the rate: a step is no more while it is used
constexpr double stride_max = 8;
constexpr double floor_share = 0.02;  // of the bound
constexpr double floor_unbounded = 1;
constexpr double usual = 20;        // a second: with less of it nobody knows what a centre bears
constexpr double used_share = 0.5;  // of a rate: then it was tried
constexpr double trouble_share = 0.1;
constexpr std::uint32_t trouble_min = 3;
constexpr int slower_than_least = 2;
constexpr int answer_time_part = 10;

constexpr std::array<std::string_view, trouble_kinds> trouble_texts = {"timeouts", "too_late",
                                                                       "answer_time"};

}  // namespace

std::string_view to_text(Trouble trouble) {
  return trouble_texts.at(static_cast<std::size_t>(trouble));
}

LineSigns& LineSigns::operator+=(const LineSigns& other) {
  answered += other.answered;
  issuer_away += other.issuer_away;
  too_late += other.too_late;
  timed_out += other.timed_out;
  answer_time_sum += other.answer_time_sum;
  return *this;
}

AdaptiveRate::AdaptiveRate(double configured, Duration answer_time_max, MonotonicTime now)
    : configured_(configured),
      answer_time_max_(answer_time_max),
      per_second_(configured),
      judged_at_(now),
      raised_at_(now) {}

void AdaptiveRate::configure(double per_second) {
  const bool fallen = per_second_ > 0 && per_second_ < bound();
  configured_ = per_second;
  fell_from_ = 0;
  per_second_ = fallen ? std::min(per_second_, per_second) : per_second;
}

std::optional<Trouble> AdaptiveRate::adapt(MonotonicTime now) {
  const auto elapsed = now - judged_at_;
  if (elapsed < limits::adaptive_interval) return std::nullopt;
  const double sent_per_second =
      static_cast<double>(sent_) / std::chrono::duration<double>(elapsed).count();
  const bool quiet = sent_ == 0 && signs_.total() == 0;
  const bool well =
      signs_.answered + signs_.issuer_away > 0 && signs_.too_late == 0 && signs_.timed_out == 0;
  const bool enough =
      signs_.total() >= limits::adaptive_answers_min || elapsed >= limits::adaptive_patience;
  std::optional<Trouble> found;
  if (enough) found = trouble(now);
  // A sample that is not quite well, but not trouble, is worth one step.
  if (enough && !found && !well && !quiet) raised_at_ = now - limits::adaptive_interval;
  if (found)
    lower(*found, sent_per_second);
  else if (quiet || well || (enough && signs_.answered > 0))
    raise(sent_per_second, now);
  if (enough && !quiet) raised_at_ = now;
  per_second_ = per_second_ == 0 ? 0 : std::max(per_second_, floor());
  if (!enough && !quiet) return std::nullopt;
  signs_ = {};
  sent_ = 0;
  judged_at_ = now;
  return found;
}

std::optional<Trouble> AdaptiveRate::trouble(MonotonicTime now) {
  const auto too_many = [this](std::uint32_t count) {
    return count >= trouble_min && count > signs_.total() * trouble_share;
  };
  const bool slow = is_slow(now);  // always: it also learns
  if (too_many(signs_.timed_out)) return Trouble::timeouts;
  if (too_many(signs_.too_late)) return Trouble::too_late;
  if (slow) return Trouble::answer_time;
  return std::nullopt;
}

bool AdaptiveRate::is_slow(MonotonicTime now) {
  if (signs_.answered == 0) return false;
  const Duration mean = signs_.answer_time_sum / signs_.answered;
  while (!least_.empty() && least_.front().at + limits::adaptive_memory <= now) least_.pop_front();
  const bool slow = !least_.empty() && mean > slower_than_least * least_.front().mean +
                                                  answer_time_max_ / answer_time_part;
  while (!least_.empty() && least_.back().mean >= mean) least_.pop_back();
  least_.push_back({now, mean});
  return slow;
}

double AdaptiveRate::floor() const {
  if (configured_ == 0) return std::max(floor_unbounded, least_wanted_);
  return std::min(configured_,
                  std::max({configured_ * floor_share, least_wanted_, limits::pace_min}));
}

void AdaptiveRate::lower(Trouble trouble, double sent_per_second) {
  if (per_second_ == 0) per_second_ = fell_from_ = std::max(sent_per_second, usual);
  trouble_at_ = per_second_;
  stride_ = 1;
  per_second_ *= left_over[static_cast<std::size_t>(trouble)];
}

// Once an interval, however many have passed since it was looked at.
void AdaptiveRate::raise(double sent_per_second, MonotonicTime now) {
  const auto intervals = (now - raised_at_) / limits::adaptive_interval;
  raised_at_ += intervals * limits::adaptive_interval;
  if (per_second_ == 0 || intervals == 0) return;
  const bool tried = per_second_ > trouble_at_ && sent_per_second >= per_second_ * used_share;
  if (tried) stride_ = std::min(2 * stride_, stride_max);
  double most = bound() * (configured_ > 0 ? step : step_unbounded);
  // What is tried while it grows is tried with care.
  if (sent_per_second > 0) most = std::min(most, per_second_ * step_of_used);
  per_second_ += most * stride_ * static_cast<double>(intervals);
  if (configured_ > 0)
    per_second_ = std::min(per_second_, configured_);
  else if (per_second_ >= 2 * fell_from_)
    per_second_ = fell_from_ = 0;
}

}  // namespace spillway
