// All shops and their keys: those of the configuration, and those that operators made. The shop
// desk alone changes it; others look up what they need of a shop.
//
// Threads: any. A lookup takes a lock: not for the loops, which have snapshots
// (net::ShopDirectory).
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "engine/account/shop.hpp"
#include "engine/account/shop_gate.hpp"
#include "net/api/common/shop_directory.hpp"
#include "storage/registry/registry.hpp"
#include "storage/views/recovery.hpp"

namespace spillway::actors {

class ShopBook {
 public:
  ShopBook() = default;
  // The configuration's shops alone.
  explicit ShopBook(const Configuration& configuration);

  // The configuration's shops and the registry's. The error names a number that both have.
  static Result<std::unique_ptr<ShopBook>> open(const Configuration& configuration,
                                                storage::Registry& registry);

  std::optional<Shop> find(ShopId shop) const;
  std::vector<Shop> shops() const;  // by number
  std::vector<ShopKeyEntry> keys(ShopId shop) const;
  std::uint64_t largest_id() const;  // that ever was a shop's

  // Before anybody takes places: those of the orders that wait from an earlier start.
  void keep_places(storage::Recovered& recovered);

  // Of whatever shop: a record may name one that is in no list any more. Lives as long as the book.
  ShopGate& gate(ShopId shop);

  void put(const Shop& shop);
  void put(const ShopKeyEntry& key);
  void remove_key(ShopId shop, const std::string& id);

  // As all is now.
  std::shared_ptr<const net::ShopDirectory> directory();

 private:
  Result<void> load(storage::Registry& registry);
  ShopGate& gate_of(ShopId shop);  // the lock is held

  mutable std::shared_mutex mutex_;
  std::map<ShopId, Shop> shops_;
  std::map<ShopId, std::map<std::string, ShopKeyEntry>> keys_;
  std::map<ShopId, std::unique_ptr<ShopGate>> gates_;
  std::uint64_t largest_id_ = 0;
};

}  // namespace spillway::actors
