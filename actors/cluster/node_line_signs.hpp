// What a link notes of one line of its node for people: how long answers take, and when its rate is
// worth a word in the log.
//
// Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>

#include "engine/base/time.hpp"

namespace spillway::actors {

// How long answers take, by one request at a time: a clock for each would cost each of them.
class AnswerTime {
 public:
  // `request`: its request_key.
  void sent(std::uint64_t request, MonotonicTime now) {
    if (timed_ != 0) return;
    timed_ = request;
    sent_at_ = now;
  }
  void ended(std::uint64_t request, MonotonicTime now) {
    if (request != timed_) return;
    timed_ = 0;
    const double took = std::chrono::duration<double>(now - sent_at_).count();
    seconds_ = seconds_ == 0 ? took : seconds_ + (took - seconds_) / 8;
  }
  double seconds() const { return seconds_; }  // 0: not known

 private:
  std::uint64_t timed_ = 0;  // no request's key is 0
  MonotonicTime sent_at_;
  double seconds_ = 0;
};

// A rate that adapts moves with every look. Told is that it came or went, and, once a second at
// most, that it is half as much again as was told last, or less than two thirds of it.
class ToldRate {
 public:
  bool tells(double per_second, MonotonicTime now) {
    const bool comes_or_goes = (per_second > 0) != (per_second_ > 0);
    const bool much = per_second > 1.5 * per_second_ || per_second * 1.5 < per_second_;
    if (!comes_or_goes && (!much || now - at_ < std::chrono::seconds(1))) return false;
    per_second_ = per_second;
    at_ = now;
    return true;
  }

 private:
  double per_second_ = 0;
  MonotonicTime at_;
};

}  // namespace spillway::actors
