#include "engine/base/token_bucket.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/invariants.hpp"

namespace spillway {

namespace {

// Rounded up to a whole nanosecond, so that the rate is never exceeded; what is exact but for the
// last digits of a double is taken as exact.
std::chrono::nanoseconds interval_of(double per_second) {
  constexpr double longest_ns = 86'400e9;
  SPILLWAY_CHECK(per_second > 0, "a rate is not above zero");
  const double exact_ns = 1e9 / per_second;
  SPILLWAY_CHECK(exact_ns <= longest_ns, "a rate is below one a day");
  const double ns = std::ceil(exact_ns * (1 - 1e-12));
  return std::chrono::nanoseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns)));
}

std::int64_t whole_burst(double burst, std::chrono::nanoseconds interval) {
  SPILLWAY_CHECK(burst >= 1, "a burst is below one");
  SPILLWAY_CHECK(burst * static_cast<double>(interval.count()) < 4e18, "a burst is too large");
  return static_cast<std::int64_t>(burst);
}

}  // namespace

TokenBucket::TokenBucket(double per_second, double burst, MonotonicTime now)
    : per_second_(per_second),
      interval_(interval_of(per_second)),
      burst_(whole_burst(burst, interval_)),
      full_at_(now) {}

std::size_t TokenBucket::take(std::size_t wanted, MonotonicTime now) {
  full_at_ = std::max(full_at_, now);
  const std::int64_t missing = ((full_at_ - now) + interval_ - std::chrono::nanoseconds(1)) /
                               interval_;  // a token that is not whole yet counts as missing
  const std::int64_t there = std::max<std::int64_t>(0, burst_ - missing);
  const std::size_t taken = std::min(wanted, static_cast<std::size_t>(there));
  full_at_ += interval_ * static_cast<std::int64_t>(taken);
  return taken;
}

void TokenBucket::give_back(std::size_t count) {
  full_at_ -= interval_ * static_cast<std::int64_t>(count);
}

MonotonicTime TokenBucket::next_at(MonotonicTime now) const {
  return std::max(now, full_at_ - interval_ * (burst_ - 1));
}

void TokenBucket::set_rate(double per_second, double burst, MonotonicTime now) {
  const auto old_interval = interval_;
  per_second_ = per_second;
  interval_ = interval_of(per_second);
  burst_ = whole_burst(burst, interval_);
  // What was taken stays taken: the tokens that are missing now come at the new rate.
  const auto missing_ns = static_cast<double>((std::max(full_at_, now) - now).count());
  const double missing = missing_ns / static_cast<double>(old_interval.count());
  const double refill_ns = std::ceil(missing * static_cast<double>(interval_.count()));
  full_at_ = now + std::chrono::nanoseconds(static_cast<std::int64_t>(refill_ns));
}

}  // namespace spillway
