// Whether an issuer answers, by what its orders got. A relay centre that says 91 or 96 (ISO
// 8583:1987 field 39: "issuer or switch inoperative", "system malfunction") bears what it is sent;
// the issuer does not.
//
// After some first attempts in a row that came back so it counts as away. Then it is asked by one
// order at a time, after a wait that doubles from limits::issuer_retry_min to issuer_retry_max;
// the first answer of its own ends that, and then it takes twice as many in a row until it counts
// as away again, since what comes and goes may be more than one issuer. Repeats are not counted:
// one card that is always told to come back says nothing about its neighbours.
#pragma once

#include <cstdint>
#include <limits>

#include "engine/base/time.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

class IssuerWatch {
 public:
  static constexpr auto never = std::numeric_limits<std::uint32_t>::max();

  // `seed` tells apart what waits side by side.
  IssuerWatch(std::uint32_t away_after, std::uint64_t seed)
      : away_after_(away_after), seed_(seed) {}

  // An order was told to come back. `first`: at its first attempt.
  void came_back(bool first, MonotonicTime now);

  // An order got the issuer's own answer.
  void answered();

  // An order is on its way. While the issuer is away that is a probe, and no other goes before its
  // answer or limits::issuer_probe_patience.
  void left(MonotonicTime now);

  bool away() const { return away_; }
  bool may_ask(MonotonicTime now) const { return !away_ || now >= next_probe_; }
  MonotonicTime next_probe() const { return next_probe_; }
  std::uint32_t probes() const { return probes_; }  // in vain, in a row
  bool was_away_before() const { return came_back_; }

 private:
  std::uint32_t away_after_;
  std::uint64_t seed_;
  std::uint32_t in_a_row_ = 0;
  std::uint32_t probes_ = 0;
  bool away_ = false;
  bool came_back_ = false;
  bool probe_out_ = false;
  MonotonicTime next_probe_{};
};

}  // namespace spillway
