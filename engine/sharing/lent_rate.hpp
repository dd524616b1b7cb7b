// One contract's rate, lent in parts to the lines of several machines: this machine's own and one
// at each node. Each paces itself at its part; together they never send more than the contract
// allows, in any second, while parts move and nodes come and go.
//
// A part that is lowered counts in full until its line goes by the lower one, and for one second
// after that, since the second that ends then may have seen it all. What a part is raised by comes
// from what is left over beside all that counts so. A line that is lost keeps its part until it
// surely sends nothing more.
//
// Parts are max-min fair by need (engine/sharing/allotment says where that is from): a line that
// sends at its part while orders wait needs twice of it, others what they use and a quarter; what
// is left over is shared evenly, so that a spike finds every line with something.
//
// Pure. All parts but one are whole requests a second, so that they add up in any second, too.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway {

class LentRate {
 public:
  using Holder = std::uint64_t;     // a number that is given once
  static constexpr Holder own = 0;  // this machine's line

  // `per_second`: the contract's. What an earlier life of this system had lent may be used until
  // `unknown_until`.
  LentRate(double per_second, MonotonicTime unknown_until);

  // From now on the contract allows so much.
  void set_rate(double per_second);
  // The holder goes by this part.
  void goes_by(Holder holder, double per_second, MonotonicTime now);
  // The holder surely sends nothing more.
  void gone(Holder holder, MonotonicTime now);

  // A line that can use a part. Who is not named gets none; the first gets what is left over.
  struct Need {
    Holder holder = own;
    double used_per_second = 0;
    bool finishes = false;  // it takes no new work: the least part will do
  };
  // Chooses the parts anew where they do not fit any more. `waiting`: orders that could be sent.
  void choose(std::span<const Need> needs, bool waiting);

  // What may be told now; each holder is told its next part once it goes by the last.
  struct Part {
    Holder holder = own;
    double per_second = 0;  // 0: none
  };
  std::vector<Part> changes(MonotonicTime now);

  // Every line has the part that was chosen for it.
  bool settled() const;

 private:
  struct Peak {
    double per_second = 0;
    MonotonicTime until;
  };
  struct Line {
    double chosen = 0;
    double told = 0;
    double goes_by = 0;
    bool gone = false;
    std::deque<Peak> peaks;  // what it went by within the last second
    bool tells() const { return told != goes_by; }
    double counted() const;
  };

  bool fits(std::span<const Need> needs, const std::map<Holder, double>& fair, bool waiting) const;
  std::map<Holder, double> fair_parts(std::span<const Need> needs, bool waiting) const;
  void forget(MonotonicTime now);
  double free_beside(const Line& line) const;

  double per_second_ = 0;
  double chosen_of_ = 0;  // the rate that `chosen` adds up to
  std::map<Holder, Line> lines_;
  Peak unknown_;
};

}  // namespace spillway
