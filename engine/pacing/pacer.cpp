#include "engine/pacing/pacer.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/invariants.hpp"
#include "engine/order/limits.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

using std::chrono::nanoseconds;

// Rounded up to a whole nanosecond, so that the rate is never exceeded; what is exact but for the
// last digits of a double is taken as exact.
nanoseconds interval_of(double per_second) {
  constexpr double longest_ns = 86'400e9;
  const double exact_ns = 1e9 / per_second;
  SPILLWAY_CHECK(per_second > 0 && exact_ns <= longest_ns, "a pace is below one a day");
  const double ns = std::ceil(exact_ns * (1 - 1e-12));
  return nanoseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns)));
}

constexpr nanoseconds second = std::chrono::seconds(1);

}  // namespace

Pacer::Pacer(double per_second, MonotonicTime now, bool fresh) : next_(now) {
  set_rate(per_second, now);
  if (fresh || per_second == 0) return;
  next_ = now + interval_;
  note(second_max_, now);  // the last process may have sent as many just now
}

void Pacer::set_rate(double per_second, MonotonicTime now) {
  const nanoseconds old_interval = interval_;
  per_second_ = per_second;
  if (per_second == 0) {
    interval_ = {};
    return;
  }
  interval_ = interval_of(per_second);
  // Who takes a batch at a time must not find more than that.
  tick_ = std::min<nanoseconds>(limits::pace_tick,
                                interval_ * static_cast<int>(limits::authorization_batch / 2));
  second_max_ = static_cast<std::size_t>(std::ceil(per_second * (1 - 1e-12)));
  // The part of a permit that is missing now comes at the new rate.
  if (next_ <= now) return;
  if (old_interval == nanoseconds::zero()) {
    next_ = now;
    return;
  }
  const double missing =
      static_cast<double>((next_ - now).count()) / static_cast<double>(old_interval.count());
  next_ = now + nanoseconds(static_cast<std::int64_t>(
                    std::ceil(missing * static_cast<double>(interval_.count()))));
}

std::size_t Pacer::permits(std::size_t wanted, MonotonicTime now) {
  forget(now);
  if (per_second_ == 0) {
    note(wanted, now);
    return wanted;
  }
  const nanoseconds back = waited_for_ ? nanoseconds(limits::pace_catch_up) : nanoseconds::zero();
  next_ = std::max(next_, now - back);
  const std::size_t due = next_ > now ? 0 : static_cast<std::size_t>((now - next_) / interval_) + 1;
  const std::size_t room = second_max_ - std::min(second_max_, recent_count_);
  const std::size_t given = std::min({wanted, due, room});
  next_ += interval_ * static_cast<std::int64_t>(given);
  waited_for_ = given < wanted;
  note(given, now);
  return given;
}

std::optional<MonotonicTime> Pacer::next_at(MonotonicTime now) const {
  if (per_second_ == 0) return std::nullopt;
  MonotonicTime at = std::max(next_, now);
  if (interval_ < tick_) at = std::max(at, now + tick_);
  if (recent_count_ >= second_max_) {
    std::size_t over = recent_count_ - second_max_;
    for (const Sends& sends : recent_) {
      at = std::max(at, sends.last + second);
      if (sends.count > over) break;
      over -= sends.count;
    }
  }
  return at;
}

void Pacer::give_back(std::size_t count) {
  if (per_second_ > 0) next_ -= interval_ * static_cast<std::int64_t>(count);
  // From the oldest on: which of them were not used nobody knows, and so none is too many.
  while (count > 0 && !recent_.empty()) {
    Sends& oldest = recent_.front();
    const std::size_t taken = std::min(count, oldest.count);
    oldest.count -= taken;
    recent_count_ -= taken;
    count -= taken;
    if (oldest.count == 0) recent_.pop_front();
  }
}

void Pacer::forget(MonotonicTime now) {
  while (!recent_.empty() && recent_.front().last + second <= now) {
    recent_count_ -= recent_.front().count;
    recent_.pop_front();
  }
}

void Pacer::note(std::size_t count, MonotonicTime now) {
  if (count == 0) return;
  if (recent_.empty() || now - recent_.back().first >= limits::pace_grain)
    recent_.push_back({now, now, 0});
  recent_.back().last = now;
  recent_.back().count += count;
  recent_count_ += count;
}

}  // namespace spillway
