// Virtual time, chance, and what is to happen: one seed gives one run.
#pragma once

#include <functional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway::simulation {

using namespace std::chrono_literals;

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  MonotonicTime now() const { return now_; }
  // Civil time: some day in 2026, as far on as the virtual clock is, unless somebody sets it.
  Timestamp civil_now() const {
    return Timestamp(1'780'000'000s) +
           std::chrono::duration_cast<Duration>(now_.time_since_epoch()) + clock_error_;
  }
  void set_clock_wrong_by(Duration error) {
    clock_error_ = error;
    clock_was_set = true;
    note("the clock is set wrong by " + std::to_string(error.count()) + " us");
  }
  bool clock_was_set = false;  // at any moment
  void set_now(MonotonicTime now) { now_ = now; }

  void after(Duration delay, std::function<void()> happen) {
    events_.push({now_ + delay, next_++, std::move(happen)});
  }
  bool has_event() const { return !events_.empty(); }
  MonotonicTime next_event() const { return events_.top().at; }
  // Runs the next event if it is due.
  bool run_due() {
    if (events_.empty() || events_.top().at > now_) return false;
    auto happen = events_.top().happen;
    events_.pop();
    happen();
    return true;
  }

  // From 0 to `count` - 1.
  std::uint64_t pick(std::uint64_t count) { return random_() % count; }
  bool chance(double probability) {
    return static_cast<double>(random_() >> 11U) * 0x1.0p-53 < probability;
  }
  Duration between(Duration low, Duration high) {
    return low + Duration(static_cast<Duration::rep>(
                     pick(static_cast<std::uint64_t>((high - low).count()) + 1)));
  }

  // While it is off nothing goes wrong any more.
  bool faults = true;
  bool fault(double probability) { return faults && chance(probability); }

  // What happened, for whoever looks into one seed.
  std::vector<std::string> story;
  void note(const std::string& sentence) {
    const auto us = std::chrono::duration_cast<Duration>(now_.time_since_epoch()).count();
    story.push_back(std::to_string(us) + " us: " + sentence);
  }

  // What broke; the first sentence is what the run is about.
  std::vector<std::string> broken;
  void expect(bool condition, const std::string& sentence) {
    if (!condition) broken.push_back(sentence);
  }

 private:
  struct Happening {
    MonotonicTime at;
    std::uint64_t order;
    std::function<void()> happen;
    friend bool operator>(const Happening& a, const Happening& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  std::mt19937_64 random_;
  MonotonicTime now_{};
  Duration clock_error_{};
  std::uint64_t next_ = 0;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> events_;
};

}  // namespace spillway::simulation
