// The cards that first systems lend to a node: opens each with the key of its system and epoch,
// which came over that system's link and goes with it. A node knows shops by numbers of its own,
// since two systems may use the same one for different shops.
//
// Threads: any.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "engine/account/shop.hpp"
#include "engine/base/ids.hpp"
#include "engine/card/card.hpp"
#include "storage/keys/epoch_keys.hpp"

namespace spillway::storage {

class LentCards final : public CardOpener {
 public:
  void lend(SystemId system, Epoch epoch, const SecretKey& key);
  // All keys of the system are wiped.
  void give_back(SystemId system);

  // Gives the shop a number here, or its merchant another content.
  void name_shop(SystemId system, ShopId shop, Merchant merchant);
  // The number here; nothing for a shop that was not named.
  std::optional<ShopId> local(SystemId system, ShopId shop) const;
  std::optional<Merchant> merchant(ShopId local) const;

  std::optional<CardDetails> open(const SealedCard& sealed, ShopId local) const override;

 private:
  struct Origin {
    SystemId system;
    ShopId shop;
    friend auto operator<=>(const Origin&, const Origin&) = default;
  };
  struct Lent {
    SystemId system;
    Epoch epoch = 0;
    friend auto operator<=>(const Lent&, const Lent&) = default;
  };
  struct Named {
    Origin origin;
    Merchant merchant;
  };

  const Named* find(ShopId local) const;

  mutable std::shared_mutex mutex_;  // of all below
  std::map<Lent, SecretKey> keys_;
  std::map<Origin, ShopId> locals_;
  std::vector<Named> shops_;  // that of number n at n - 1
};

}  // namespace spillway::storage
