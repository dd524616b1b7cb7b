// What of a relay centre's queue may leave it now, by the pacing's kind: everything (`immediate`,
// `paced`), what has gathered once it is enough or old enough (`batch`), or everything in certain
// hours (`window`); nothing while it is held. How fast it then leaves is not decided here.
#pragma once

#include <cstddef>
#include <optional>

#include "engine/base/time.hpp"
#include "engine/pacing/pacing.hpp"

namespace spillway {

// One instant on both clocks: the age of a batch must not depend on a clock that people set, the
// hours of a day are nothing else.
struct Instant {
  MonotonicTime monotonic;
  Timestamp civil;
};

// What the gate is going to do, for whoever predicts.
struct GateOutlook {
  bool open = true;
  std::optional<Timestamp>
      changes_at{};      // closes, or opens at the latest; nothing: not decided yet
  Duration open_time{};  // how long it stays open, once it is; 0: until all that gathered has gone
  Duration closed_time{};  // how long it stays closed then, at most
};

class ReleaseGate {
 public:
  explicit ReleaseGate(const Pacing& pacing, bool held = false) : pacing_(pacing), held_(held) {}

  // How many of the `ready` may leave now. `oldest`: when the oldest of them was received.
  std::size_t allowed(std::size_t ready, std::optional<Timestamp> oldest, const Instant& now);

  // So many of those have left.
  void left(std::size_t count);

  // When to ask again though nothing comes or leaves; nothing when that changes nothing.
  std::optional<MonotonicTime> next_look(const Instant& now) const;

  GateOutlook outlook(const Instant& now) const;

  // What of a batch was free to go stays free to go.
  void change(const Pacing& pacing) { pacing_ = pacing; }
  const Pacing& pacing() const { return pacing_; }

  // While it is held nothing leaves, whatever the pacing says; nobody can tell for how long.
  void hold(bool held) { held_ = held; }

 private:
  std::size_t allowed_of_batch(std::size_t ready, std::optional<Timestamp> oldest,
                               const Instant& now);

  Pacing pacing_;
  bool held_ = false;
  std::size_t free_to_go_ = 0;  // of the batch that is going out
  std::optional<MonotonicTime> gathering_since_;
};

}  // namespace spillway
