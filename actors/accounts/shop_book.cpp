#include "actors/accounts/shop_book.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "storage/registry/shop_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

ShopBook::ShopBook(const Configuration& configuration) {
  for (const ShopSettings& settings : configuration.shops) {
    Shop shop;
    shop.id = settings.id;
    shop.name = settings.name;
    shop.mail_from = settings.mail_from;
    shop.merchant = settings.merchant;
    shop.limits = settings.limits;
    shop.fixed = true;
    put(shop);
    for (const std::string& hash : settings.key_hashes)
      put(ShopKeyEntry{shop.id, net::key_id(hash), hash, {}});
  }
}

Result<std::unique_ptr<ShopBook>> ShopBook::open(const Configuration& configuration,
                                                 storage::Registry& registry) {
  auto book = std::make_unique<ShopBook>(configuration);
  if (auto loaded = book->load(registry); !loaded) return loaded.error();
  return book;
}

Result<void> ShopBook::load(storage::Registry& registry) {
  const auto counter = registry.read(RegistryTable::counters, storage::shop_counter);
  const std::uint64_t counted = counter ? storage::decode_counter(*counter).value_or(0) : 0;
  std::optional<Error> wrong;
  registry.for_each(RegistryTable::shops, {}, [&](std::string_view key, std::string_view value) {
    const auto shop = storage::decode_shop(key, value);
    if (!shop)
      wrong = Error{"the registry holds a shop of a form that this version does not know"};
    else if (shops_.contains(shop->id))
      wrong = Error{"shop " + std::to_string(shop->id.value) +
                    " of the configuration has the number of one that was made while the system "
                    "ran: give it another"};
    else
      put(*shop);
    return !wrong;
  });
  registry.for_each(RegistryTable::api_keys, {}, [&](std::string_view key, std::string_view value) {
    const auto entry = storage::decode_api_key(key, value);
    if (!entry)
      wrong = Error{"the registry holds a key of a form that this version does not know"};
    else
      put(*entry);
    return !wrong;
  });
  if (wrong) return *wrong;
  // A shop that was once configured keeps its number for ever: its orders stand under it.
  if (largest_id_ > counted) {
    const storage::RegistryChange change{RegistryTable::counters,
                                         std::string(storage::shop_counter),
                                         storage::encode_counter(largest_id_)};
    registry.commit({&change, 1});
  }
  largest_id_ = std::max(largest_id_, counted);
  return {};
}

std::optional<Shop> ShopBook::find(ShopId shop) const {
  const std::shared_lock lock(mutex_);
  const auto found = shops_.find(shop);
  return found == shops_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Shop> ShopBook::shops() const {
  const std::shared_lock lock(mutex_);
  std::vector<Shop> all;
  for (const auto& [id, shop] : shops_) all.push_back(shop);
  return all;
}

std::vector<ShopKeyEntry> ShopBook::keys(ShopId shop) const {
  const std::shared_lock lock(mutex_);
  std::vector<ShopKeyEntry> all;
  if (const auto found = keys_.find(shop); found != keys_.end())
    for (const auto& [id, key] : found->second) all.push_back(key);
  std::ranges::sort(all, {}, &ShopKeyEntry::created_at);
  return all;
}

std::uint64_t ShopBook::largest_id() const {
  const std::shared_lock lock(mutex_);
  return largest_id_;
}

void ShopBook::keep_places(storage::Recovered& recovered) {
  const std::shared_lock lock(mutex_);
  std::unordered_map<ShopId, ShopGate*> limited;
  for (const auto& [id, gate] : gates_)
    if (gate->limits_open_orders()) limited[id] = gate.get();
  if (limited.empty()) return;
  for (auto& [relay, orders] : recovered.waiting) {
    for (WaitingOrder& order : orders) {
      const auto found = limited.find(order.shop);
      if (found == limited.end() || order.attempt.value != 0) continue;
      order.place = found->second;
      order.place->keep_place();
    }
  }
}

ShopGate& ShopBook::gate(ShopId shop) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = gates_.find(shop); found != gates_.end()) return *found->second;
  }
  const std::unique_lock lock(mutex_);
  return gate_of(shop);
}

ShopGate& ShopBook::gate_of(ShopId shop) {
  std::unique_ptr<ShopGate>& gate = gates_[shop];
  if (!gate) gate = std::make_unique<ShopGate>();
  return *gate;
}

void ShopBook::put(const Shop& shop) {
  const std::unique_lock lock(mutex_);
  shops_[shop.id] = shop;
  largest_id_ = std::max<std::uint64_t>(largest_id_, shop.id.value);
  gate_of(shop.id).set_limits(shop.limits);
}

void ShopBook::put(const ShopKeyEntry& key) {
  const std::unique_lock lock(mutex_);
  keys_[key.shop][key.id] = key;
}

void ShopBook::remove_key(ShopId shop, const std::string& id) {
  const std::unique_lock lock(mutex_);
  keys_[shop].erase(id);
}

std::shared_ptr<const net::ShopDirectory> ShopBook::directory() {
  const std::unique_lock lock(mutex_);
  auto directory = std::make_shared<net::ShopDirectory>();
  std::vector<net::ShopKey> keys;
  for (const auto& [id, shop] : shops_) {
    if (shop.closed_at) continue;
    directory->shops[id] = {&gate_of(id), shop.limits.guest_limits};
    for (const auto& [name, key] : keys_[id]) keys.push_back({id, key.hash});
  }
  auto made = net::ApiKeys::from(keys);
  SPILLWAY_CHECK(made.has_value(), "the shops' keys are not as they were checked to be");
  directory->keys = std::move(*made);
  return directory;
}

}  // namespace spillway::actors
