#include "engine/adaptive_rate.hpp"

#include <algorithm>

#include "engine/limits.hpp"

namespace spillway {

namespace {

// What is left of the rate after each kind of trouble.
constexpr std::array<double, trouble_kinds> left_over = {0.5, 0.7, 0.8};

constexpr double step = 0.05;         // of the bound, each interval without trouble
constexpr double floor_share = 0.02;  // of the bound
constexpr double floor_unbounded = 1;
constexpr double used_share = 0.5;  // a rate that is not used is not raised: nothing was tried
constexpr double trouble_share = 0.1;
constexpr std::uint32_t trouble_min = 3;
constexpr int slower_than_least = 2;
constexpr int answer_time_part = 10;

constexpr std::array<std::string_view, trouble_kinds> trouble_texts = {
    "timeouts", "come_back_later", "answer_time"};

}  // namespace

std::string_view to_text(Trouble trouble) {
  return trouble_texts.at(static_cast<std::size_t>(trouble));
}

LineSigns& LineSigns::operator+=(const LineSigns& other) {
  answered += other.answered;
  come_back_later += other.come_back_later;
  timed_out += other.timed_out;
  answer_time_sum += other.answer_time_sum;
  return *this;
}

AdaptiveRate::AdaptiveRate(double configured, Duration answer_time_max, MonotonicTime now)
    : configured_(configured),
      answer_time_max_(answer_time_max),
      per_second_(configured),
      judged_at_(now) {}

void AdaptiveRate::configure(double per_second) {
  const bool fallen = per_second_ > 0 && per_second_ < bound();
  configured_ = per_second;
  fell_from_ = 0;
  per_second_ = fallen ? std::min(per_second_, per_second) : per_second;
}

std::optional<Trouble> AdaptiveRate::adapt(MonotonicTime now) {
  const auto elapsed = now - judged_at_;
  if (elapsed < limits::adaptive_interval) return std::nullopt;
  if (signs_.total() < limits::adaptive_answers_min && elapsed < limits::adaptive_patience)
    return std::nullopt;
  const double sent_per_second =
      static_cast<double>(sent_) / std::chrono::duration<double>(elapsed).count();
  const auto found = trouble(now);
  if (found)
    lower(*found, sent_per_second);
  else if (signs_.answered > 0)
    raise(sent_per_second);
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
  if (too_many(signs_.come_back_later)) return Trouble::come_back_later;
  if (slow) return Trouble::answer_time;
  return std::nullopt;
}

bool AdaptiveRate::is_slow(MonotonicTime now) {
  const std::uint32_t answers = signs_.answered + signs_.come_back_later;
  if (answers == 0) return false;
  const Duration mean = signs_.answer_time_sum / answers;
  while (!least_.empty() && least_.front().at + limits::adaptive_memory <= now) least_.pop_front();
  const bool slow = !least_.empty() && mean > slower_than_least * least_.front().mean +
                                                  answer_time_max_ / answer_time_part;
  while (!least_.empty() && least_.back().mean >= mean) least_.pop_back();
  least_.push_back({now, mean});
  return slow;
}

void AdaptiveRate::lower(Trouble trouble, double sent_per_second) {
  if (per_second_ == 0) {
    if (sent_per_second == 0) return;  // what was in trouble was sent long ago
    per_second_ = fell_from_ = sent_per_second;
  }
  const double floor =
      configured_ > 0 ? configured_ * floor_share : std::min(fell_from_, floor_unbounded);
  per_second_ = std::max(floor, per_second_ * left_over[static_cast<std::size_t>(trouble)]);
}

void AdaptiveRate::raise(double sent_per_second) {
  if (per_second_ == 0 || sent_per_second < per_second_ * used_share) return;
  per_second_ += bound() * step;
  if (configured_ > 0)
    per_second_ = std::min(per_second_, configured_);
  else if (per_second_ >= 2 * fell_from_)
    per_second_ = fell_from_ = 0;
}

}  // namespace spillway
