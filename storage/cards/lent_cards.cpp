#include "storage/cards/lent_cards.hpp"

#include <mutex>
#include <utility>

#include "storage/cards/card_vault.hpp"

namespace spillway::storage {

void LentCards::lend(SystemId system, Epoch epoch, const SecretKey& key) {
  const std::unique_lock guard(mutex_);
  keys_.insert_or_assign({system, epoch}, key);
}

void LentCards::give_back(SystemId system) {
  const std::unique_lock guard(mutex_);
  std::erase_if(keys_, [system](const auto& each) { return each.first.system == system; });
}

void LentCards::name_shop(SystemId system, ShopId shop, Merchant merchant) {
  const std::unique_lock guard(mutex_);
  const Origin origin{system, shop};
  const auto [at, fresh] =
      locals_.try_emplace(origin, ShopId{static_cast<std::uint32_t>(shops_.size() + 1)});
  if (fresh)
    shops_.push_back({origin, std::move(merchant)});
  else
    shops_[at->second.value - 1].merchant = std::move(merchant);
}

std::optional<ShopId> LentCards::local(SystemId system, ShopId shop) const {
  const std::shared_lock guard(mutex_);
  const auto found = locals_.find({system, shop});
  if (found == locals_.end()) return std::nullopt;
  return found->second;
}

const LentCards::Named* LentCards::find(ShopId local) const {
  if (local.value == 0 || local.value > shops_.size()) return nullptr;
  return &shops_[local.value - 1];
}

std::optional<Merchant> LentCards::merchant(ShopId local) const {
  const std::shared_lock guard(mutex_);
  const Named* shop = find(local);
  if (shop == nullptr) return std::nullopt;
  return shop->merchant;
}

std::optional<CardDetails> LentCards::open(const SealedCard& sealed, ShopId local) const {
  const std::shared_lock guard(mutex_);
  const Named* shop = find(local);
  if (shop == nullptr) return std::nullopt;
  const auto key = keys_.find({shop->origin.system, epoch_of(sealed)});
  if (key == keys_.end()) return std::nullopt;
  return open_card(sealed, shop->origin.shop, key->second);
}

}  // namespace spillway::storage
