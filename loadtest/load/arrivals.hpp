// When each order is intended to be sent: an open model, whose times follow from the scenario alone
// and never from the answers.
//
// A shape is a rate over time, made of straight pieces. Its integral says how many arrivals there
// should have been by then; the n-th arrival is where the integral reaches n (even spacing) or the
// n-th point of a Poisson process of rate one (Poisson spacing). So every shape has both spacings,
// to the nanosecond, and none ever drifts.
//
// Pure code, no clock. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/base/chance.hpp"
#include "loadtest/base/histogram.hpp"

namespace spillway::loadtest {

// Rates in arrivals a second.
class RateProfile {
 public:
  // From `from` to `to` in a straight line. A length of 0 is left out.
  void add(Nanoseconds length, double from, double to);

  Nanoseconds length() const;
  double rate_at(Nanoseconds time) const;  // 0 after the end
  double total() const;                    // arrivals in all, not rounded

  struct Piece {
    double begin_seconds = 0;
    double length_seconds = 0;
    double from = 0;
    double to = 0;
    double before = 0;  // arrivals before this piece
    double arrivals() const { return (from + to) / 2 * length_seconds; }
  };
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

RateProfile constant_rate(double rate, Nanoseconds length);
RateProfile ramp(double from, double to, Nanoseconds length);
// `count` steps of `step_length`, the first at `first`, each `rise` above the one before.
RateProfile stairs(double first, double rise, std::uint32_t count, Nanoseconds step_length);

struct Spike {
  double base = 0;
  double peak = 0;
  Nanoseconds before{};  // at the base
  Nanoseconds rise{};
  Nanoseconds hold{};
  Nanoseconds fall{};
  Nanoseconds after{};
};
RateProfile spike(const Spike& spike);

// A shop's day, 24 hours within `length`: quiet at four in the morning, a rise at noon, the peak at
// nine in the evening (the shape of published web shop traffic).
RateProfile daily_curve(double peak, Nanoseconds length);

enum class Spacing : std::uint8_t { even, poisson };

// The intended times, ascending, counted from the run's begin.
class Arrivals {
 public:
  Arrivals(RateProfile profile, Spacing spacing, std::uint64_t seed);
  // A replay of these times, which ascend.
  explicit Arrivals(std::vector<Nanoseconds> times);

  // Nothing after the last one.
  std::optional<Nanoseconds> next();

 private:
  std::optional<Nanoseconds> next_of_profile();

  RateProfile profile_;
  Spacing spacing_ = Spacing::even;
  Chance chance_;
  double reached_ = 0;  // the integral at the next arrival
  std::uint64_t count_ = 0;
  std::size_t piece_ = 0;
  bool replay_ = false;
  std::vector<Nanoseconds> times_;
};

// The times out of a recorded log: the first word of each line is a time, in seconds with a
// fraction or as RFC 3339 ("2026-11-21T22:05:09.123456Z", what a ledger's lines and most
// servers' logs can give). Lines that begin with '#' and empty ones are left out. The first arrival
// is at 0; `speed` 2 replays twice as fast. Times may stand out of order by what several writers
// cause: they are sorted. The error names file, line and what stands there.
Result<std::vector<Nanoseconds>> read_recorded_times(const std::string& path, double speed);

}  // namespace spillway::loadtest
