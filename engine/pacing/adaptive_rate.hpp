// The rate that a relay centre bears now, found out by trying: while all is well it grows by a step
// at a time, at the first sign of trouble it falls to a part of itself (additive increase,
// multiplicative decrease; Jacobson, "Congestion Avoidance and Control", 1988). Once it has been
// used beyond where the last trouble was the step doubles each time. It grows with time whether it
// is used or not, so that what fell before a quiet night is back after it. It never exceeds the
// configured rate and never falls below a floor, so that a centre that recovers is noticed, nor
// below what `keep_above` asks for.
//
// Signs of trouble, judged once limits::adaptive_answers_min requests have come to something, at
// most once in limits::adaptive_interval and at least once in limits::adaptive_patience:
// * three requests or more, and more than a tenth of all, got no answer in time;
// * to as many it said that the issuer's word came too late (68);
// * the mean answer time is above twice its own least mean of the last minutes, by more than a part
//   of the time that an answer may take at most: a rising answer time is a queue that builds up
//   there (Brakmo and Peterson, "TCP Vegas", 1995).
// That an issuer or its switch is away (91, 96) is no sign of any of that, however long the relay
// centre waited for it.
//
// Where no rate is configured there is no limit until the first trouble; then the limit begins at
// what was sent, or not far below a usual rate, and falls away when it has grown back to twice of
// that.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

// What became of authorization requests.
struct LineSigns {
  std::uint32_t answered = 0;     // the issuer's word
  std::uint32_t issuer_away = 0;  // 91, 96
  std::uint32_t too_late = 0;     // 68: its word came too late for the relay centre
  std::uint32_t timed_out = 0;
  Duration answer_time_sum{};  // of those that got the issuer's word

  LineSigns& operator+=(const LineSigns& other);
  std::uint32_t total() const { return answered + issuer_away + too_late + timed_out; }
};

enum class Trouble : std::uint8_t { timeouts = 0, too_late = 1, answer_time = 2 };
constexpr std::size_t trouble_kinds = 3;
std::string_view to_text(Trouble trouble);

class AdaptiveRate {
 public:
  // `configured` 0: none. `answer_time_max`: what an answer may take at most.
  AdaptiveRate(double configured, Duration answer_time_max, MonotonicTime now);

  void sent(std::size_t count) { sent_ += count; }
  void observe(const LineSigns& signs) { signs_ += signs; }

  // To be called now and then, as often as one likes. Says why the rate was lowered, if it was.
  std::optional<Trouble> adapt(MonotonicTime now);

  // 0: no limit.
  double per_second() const { return per_second_; }

  // The least rate, from here on; it holds where the configured one is not less.
  void keep_above(double per_second) { least_wanted_ = per_second; }

  // A rate that has fallen stays where it is, within the new bound.
  void configure(double per_second);

 private:
  struct MeanTime {
    MonotonicTime at;
    Duration mean;
  };

  double bound() const { return configured_ > 0 ? configured_ : fell_from_; }
  std::optional<Trouble> trouble(MonotonicTime now);
  bool is_slow(MonotonicTime now);
  void lower(Trouble trouble, double sent_per_second);
  void raise(double sent_per_second, MonotonicTime now);
  double floor() const;

  double configured_;
  Duration answer_time_max_;
  double per_second_;
  double fell_from_ = 0;  // without a configured rate: what was sent when trouble began
  LineSigns signs_;       // since the last judgement
  std::uint64_t sent_ = 0;
  MonotonicTime judged_at_;
  MonotonicTime raised_at_;
  double trouble_at_ = 0;  // the rate at which there was trouble last
  double stride_ = 1;      // steps at a time
  double least_wanted_ = 0;
  std::deque<MeanTime> least_;  // of the last minutes, each less than all that follow it
};

}  // namespace spillway
