// Who may enter a stage that fills up, so that one shop's flood is refused before the others are: a
// shop may hold no more of the stage's places than are free. Up to half of the places that holds
// for everybody, whoever has them, so nobody need be counted; a single flood comes to rest at half,
// n floods at 1 / (n + 1) each, and a place is left for who has none (dynamic thresholds: Choudhury
// and Hahne, IEEE/ACM Transactions on Networking 6 (2), 1998).
//
// While nobody is counted all may enter. Whoever runs the stage begins to count when `begins` says
// so, with all that are in it, and goes on until `ends`.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "engine/base/ids.hpp"

namespace spillway {

class FairShare {
 public:
  explicit FairShare(std::size_t places) : places_(places) {}

  bool begins(std::size_t inside) const { return !counts_ && inside >= places_ / 2; }
  bool ends(std::size_t inside) const { return counts_ && inside < places_ / 4; }
  bool counts() const { return counts_; }

  void begin() { counts_ = true; }
  void end();
  // While it counts.
  void entered(ShopId shop) { ++held_[shop]; }
  void left(ShopId shop);

  // Whether one more of the shop may enter beside the `inside` that are there, counted or not.
  bool takes(ShopId shop, std::size_t inside) const;

 private:
  std::size_t places_;
  bool counts_ = false;
  std::unordered_map<ShopId, std::size_t> held_;
};

}  // namespace spillway
