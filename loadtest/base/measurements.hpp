// What a run counts and times, in constant memory, and how the measurements of several senders
// become one: by adding.
//
// Threads: one; a copy may go anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "loadtest/base/histogram.hpp"

namespace spillway::loadtest {

// Times that are measured. Every name can be used in a threshold.
enum class Measure : std::uint8_t {
  accept = 0,       // an order's 202, from its intended time
  service = 1,      // the same, from when it was sent
  refusal = 2,      // a 503, from when it was sent
  slow_accept = 3,  // an order of a slow client, from when its last byte was sent
  repeat = 4,       // the same order again, from its intended time
  bad = 5,          // an answer to a bad request, likewise
  inquiry = 6,
  cancel = 7,
  approval = 8,
  lag = 9,       // between when something should have been sent and could have been, and was
  outcome = 10,  // from an order's acceptance to its outcome, by the engine's clock
  authorized = 11,
  refused = 12,
  cancelled = 13,
  told = 14,    // from the 202 to the outcome's event, by our clock
  called = 15,  // to its webhook
  mailed = 16,  // to its mail
};
constexpr std::array<std::string_view, 17> measure_names = {
    "accept",  "service",   "refusal",  "slow_accept", "repeat",  "bad",
    "inquiry", "cancel",    "approval", "lag",         "outcome", "authorized",
    "refused", "cancelled", "told",     "called",      "mailed"};

// What is counted. Every name can be used in a threshold.
enum class Count : std::uint8_t {
  arrivals = 0,            // orders whose time came
  sent = 1,                // requests of all kinds, each try
  accepted = 2,            // orders with a 202
  overloaded = 3,          // 503
  given_up = 4,            // orders that were refused until their tries were used up
  unknown = 5,             // orders whose last try got no answer: only the books know
  unreachable = 6,         // no connection could be made
  closed = 7,              // the server closed or reset without an answer
  timed_out = 8,           // no answer in time
  garbage = 9,             // what came was no HTTP answer, or no order's code was in it
  wrong_status = 10,       // an answer with a status that is not the expected one
  wrong_repeat = 11,       // a repeat that was told as another order
  expected_refusals = 12,  // bad requests that were refused as they must be
  waited = 13,             // requests that found no free connection at their time
  retries = 14,
  told = 15,        // outcomes that came as events
  told_again = 16,  // events of outcomes that had come before
  called = 17,      // the same of webhooks
  called_again = 18,
  mailed = 19,  // and of mails
  mailed_again = 20,
};
constexpr std::array<std::string_view, 21> count_names = {
    "arrivals",          "sent",   "accepted",    "overloaded", "given_up",     "unknown",
    "unreachable",       "closed", "timed_out",   "garbage",    "wrong_status", "wrong_repeat",
    "expected_refusals", "waited", "retries",     "told",       "told_again",   "called",
    "called_again",      "mailed", "mailed_again"};

// A piece of the run's time; `accept` and `arrivals` are counted where the order was intended, the
// answers where they came.
struct Window {
  std::uint64_t arrivals = 0;
  std::uint64_t accepted = 0;
  std::uint64_t overloaded = 0;
  std::uint64_t failed = 0;
  std::uint64_t authorized = 0;  // when the engine says it was
  std::uint64_t refused = 0;
  std::uint64_t cancelled = 0;
  std::unique_ptr<Histogram> accept;
};

class Measurements {
 public:
  explicit Measurements(Nanoseconds window_length = std::chrono::seconds(1))
      : window_length_(window_length), times_(measure_names.size()) {}

  void add(Measure measure, Nanoseconds time) {
    times_[static_cast<std::size_t>(measure)].add(time);
  }
  void add(Count count, std::uint64_t times = 1) {
    counts_[static_cast<std::size_t>(count)] += times;
  }
  void add_status(int status, std::uint64_t times = 1) {
    if (status >= 100 && status < 600) statuses_[static_cast<std::size_t>(status)] += times;
  }
  // The window of a time of the run; what is late beyond measure falls into the last one.
  Window& window(Nanoseconds time);
  void add_accepted(Nanoseconds intended, Nanoseconds took);

  // Both have windows of one length.
  void merge(const Measurements& other);

  const Histogram& times(Measure measure) const {
    return times_[static_cast<std::size_t>(measure)];
  }
  Histogram& times(Measure measure) { return times_[static_cast<std::size_t>(measure)]; }
  std::uint64_t count(Count count) const { return counts_[static_cast<std::size_t>(count)]; }
  std::uint64_t status(int status) const { return statuses_[static_cast<std::size_t>(status)]; }
  // Requests that got no answer or a wrong one, of every type.
  std::uint64_t errors() const;
  const std::vector<Window>& windows() const { return windows_; }
  Nanoseconds window_length() const { return window_length_; }

 private:
  Nanoseconds window_length_;
  std::vector<Histogram> times_;
  std::array<std::uint64_t, count_names.size()> counts_{};
  std::array<std::uint64_t, 600> statuses_{};
  std::vector<Window> windows_;
};

// Short enough to see what happens, long enough that windows are few.
Nanoseconds window_length_for(Nanoseconds duration);

}  // namespace spillway::loadtest
