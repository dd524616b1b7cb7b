#include "engine/order/fair_share.hpp"

#include "engine/base/invariants.hpp"

namespace spillway {

void FairShare::end() {
  counts_ = false;
  held_.clear();
}

void FairShare::left(ShopId shop) {
  const auto found = held_.find(shop);
  SPILLWAY_CHECK(found != held_.end(), "a shop leaves a stage that it did not enter");
  if (--found->second == 0) held_.erase(found);
}

bool FairShare::takes(ShopId shop, std::size_t inside) const {
  if (inside >= places_) return false;
  if (!counts_) return true;
  const auto found = held_.find(shop);
  return found == held_.end() || found->second < places_ - inside;
}

}  // namespace spillway
