#include "loadtest/load/arrivals.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace spillway::loadtest {
namespace {

double seconds_of(Nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// Where within the piece `wanted` arrivals are reached: the root of from·x + (to −
// from)/(2·length)·x² in the form that stays exact for small slopes and for a rate that begins at
// 0.
double reached_after(const RateProfile::Piece& piece, double wanted) {
  const double slope = (piece.to - piece.from) / piece.length_seconds;
  const double root = std::sqrt(std::max(0.0, piece.from * piece.from + 2 * slope * wanted));
  const double sum = piece.from + root;
  if (sum <= 0) return 0;
  return std::min(2 * wanted / sum, piece.length_seconds);
}

}  // namespace

void RateProfile::add(Nanoseconds length, double from, double to) {
  if (length.count() <= 0) return;
  Piece piece{.length_seconds = seconds_of(length), .from = from, .to = to};
  if (!pieces_.empty()) {
    const Piece& last = pieces_.back();
    piece.begin_seconds = last.begin_seconds + last.length_seconds;
    piece.before = last.before + last.arrivals();
  }
  pieces_.push_back(piece);
}

Nanoseconds RateProfile::length() const {
  if (pieces_.empty()) return {};
  const double seconds = pieces_.back().begin_seconds + pieces_.back().length_seconds;
  return Nanoseconds(std::llround(seconds * 1e9));
}

double RateProfile::rate_at(Nanoseconds time) const {
  const double seconds = seconds_of(time);
  for (const Piece& piece : pieces_) {
    const double into = seconds - piece.begin_seconds;
    if (into < 0 || into >= piece.length_seconds) continue;
    return piece.from + (piece.to - piece.from) * into / piece.length_seconds;
  }
  return 0;
}

double RateProfile::total() const {
  return pieces_.empty() ? 0 : pieces_.back().before + pieces_.back().arrivals();
}

RateProfile constant_rate(double rate, Nanoseconds length) {
  RateProfile profile;
  profile.add(length, rate, rate);
  return profile;
}

RateProfile ramp(double from, double to, Nanoseconds length) {
  RateProfile profile;
  profile.add(length, from, to);
  return profile;
}

RateProfile stairs(double first, double rise, std::uint32_t count, Nanoseconds step_length) {
  RateProfile profile;
  for (std::uint32_t step = 0; step < count; ++step) {
    const double rate = first + rise * step;
    profile.add(step_length, rate, rate);
  }
  return profile;
}

RateProfile spike(const Spike& spike) {
  RateProfile profile;
  profile.add(spike.before, spike.base, spike.base);
  profile.add(spike.rise, spike.base, spike.peak);
  profile.add(spike.hold, spike.peak, spike.peak);
  profile.add(spike.fall, spike.peak, spike.base);
  profile.add(spike.after, spike.base, spike.base);
  return profile;
}

RateProfile daily_curve(double peak, Nanoseconds length) {
  constexpr std::array<double, 25> share_of_peak = {
      0.45, 0.28, 0.16, 0.10, 0.08, 0.09, 0.14, 0.25, 0.38, 0.50, 0.60, 0.68, 0.74,
      0.70, 0.64, 0.61, 0.60, 0.62, 0.68, 0.80, 0.94, 1.00, 0.90, 0.68, 0.45};
  RateProfile profile;
  for (std::size_t hour = 0; hour + 1 < share_of_peak.size(); ++hour) {
    profile.add(length / 24, peak * share_of_peak[hour], peak * share_of_peak[hour + 1]);
  }
  return profile;
}

Arrivals::Arrivals(RateProfile profile, Spacing spacing, std::uint64_t seed)
    : profile_(std::move(profile)), spacing_(spacing), chance_(seed, 0x41525249) {}

Arrivals::Arrivals(std::vector<Nanoseconds> times)
    : chance_(0, 0), replay_(true), times_(std::move(times)) {}

std::optional<Nanoseconds> Arrivals::next() {
  if (!replay_) return next_of_profile();
  if (count_ == times_.size()) return std::nullopt;
  return times_[count_++];
}

std::optional<Nanoseconds> Arrivals::next_of_profile() {
  if (spacing_ == Spacing::even) {
    reached_ = static_cast<double>(count_);
  } else {
    reached_ -= std::log1p(-chance_.fraction());
  }
  const auto& pieces = profile_.pieces();
  // An arrival that falls on the end belongs to what follows; rounding must not add one there.
  constexpr double rounding = 1e-6;
  while (piece_ < pieces.size() &&
         reached_ >= pieces[piece_].before + pieces[piece_].arrivals() - rounding) {
    ++piece_;
  }
  if (piece_ == pieces.size()) return std::nullopt;
  ++count_;
  const RateProfile::Piece& piece = pieces[piece_];
  const double into = reached_after(piece, std::max(0.0, reached_ - piece.before));
  return Nanoseconds(std::llround((piece.begin_seconds + into) * 1e9));
}

}  // namespace spillway::loadtest
