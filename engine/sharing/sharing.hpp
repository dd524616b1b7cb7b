// How much of what waits at a relay centre leaves by this machine's own line and how much by nodes
// (seed 000, second and third embodiment: the sharing decision section). Pure: what is known comes
// in, shares come out; actors ask for permits by them.
//
// A share is a wish for permits, not a hand-over: an order stays in the queue until somebody who
// has room for it right now takes it. So a share that turns out too large costs a returned permit,
// and nothing is ever stuck at a node that cannot send it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway {

enum class SharingMode : std::uint8_t {
  local = 1,   // all here (first embodiment)
  remote = 2,  // all by nodes (second embodiment); when: that is the pacing's business
  spill = 3,   // by nodes what this machine does not get done in time (third embodiment)
  shared = 4,  // always both, in proportion to what they get done
};
std::string_view to_text(SharingMode mode);
std::optional<SharingMode> sharing_mode_from(std::string_view text);

struct Sharing {
  SharingMode mode = SharingMode::spill;
  // Of `spill`: it begins when more orders wait than this, or when the last of them would wait
  // longer than this. Zero: that one does not count.
  std::uint64_t waiting_max = 0;
  Duration wait_max{};
  // Of `spill`: only what is beyond the threshold, or, once it is passed, all that has gathered.
  bool only_excess = true;
  friend bool operator==(const Sharing&, const Sharing&) = default;
};

struct SharingView {
  std::size_t ready = 0;        // orders that wait and may leave now
  bool line_up = false;         // this machine's own line
  double here_per_second = 0;   // what it gets done; 0: not known, taken as enough
  double nodes_per_second = 0;  // what the nodes get done together; 0: there is none that could
};

struct Shares {
  std::size_t here = 0;
  std::size_t away = 0;
  friend bool operator==(const Shares&, const Shares&) = default;
};

// Shares may overlap: in `spill` this machine wants all that waits, since whoever has room first
// shall have it.
Shares share(const Sharing& sharing, const SharingView& view);

// Splits `count` over nodes in proportion to what each gets done, largest remainders first; nothing
// for those that get nothing done.
std::vector<std::size_t> spread(std::size_t count, std::span<const double> per_second);

// What a line gets done a second, measured while something waits for it.
class DrainRate {
 public:
  // `count` have left; `waiting`: others stay.
  void left(std::size_t count, bool waiting, MonotonicTime now);
  double per_second() const { return per_second_; }  // 0: not known

 private:
  bool waiting_ = false;  // since the last call
  MonotonicTime last_;
  std::chrono::nanoseconds elapsed_{};
  std::size_t count_ = 0;
  double per_second_ = 0;
};

}  // namespace spillway
