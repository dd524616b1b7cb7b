// How many orders that were told to come back may come now. Each answer of an issuer's own pays for
// a part of one, so that what comes back for ever takes a part of what the others get done, never
// their room; and a repeat that was answered pays for two, so that a backlog is gone in a few round
// trips once its issuers answer (a "retry budget" with the doubling of TCP's slow start, RFC 5681).
// Where nothing pays, one goes at a time, after a wait that doubles from limits::issuer_retry_min
// to issuer_retry_max.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

class RepeatBudget {
 public:
  explicit RepeatBudget(std::uint64_t seed) : seed_(seed) {}

  // How many may go now.
  std::size_t room(MonotonicTime now) const;
  void left(MonotonicTime now);  // one has gone

  void came_back(MonotonicTime now);  // one did
  void answered(bool first);          // an order was; `first`: at its first attempt
  void wake(MonotonicTime now);       // an issuer that was away has answered

  // When `room` may be more by time alone.
  MonotonicTime next_free() const { return next_free_; }

 private:
  static constexpr double of_first = 0.25;
  static constexpr double of_repeat = 2;

  std::uint64_t seed_;
  double credit_ = 8;
  std::uint32_t tries_ = 0;  // in vain, in a row, of those that nothing paid for
  bool free_out_ = false;    // one of them is on its way
  MonotonicTime next_free_{};
};

}  // namespace spillway
