#include "actors/accounts/shop_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/registry/shop_rows.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::actors {
namespace {

using storage::RegistryTable;
using testing::HasSubstr;

ShopSettings configured(std::uint32_t id, const std::string& key) {
  ShopSettings shop;
  shop.id = {id};
  shop.name = "Shop " + std::to_string(id);
  shop.key_hashes = {net::hash_api_key(key)};
  return shop;
}

class ShopBookTest : public testing::Test {
 protected:
  ShopBookTest() { configuration_.shops = {configured(5, "a_key_of_the_fifth_shop_00")}; }

  void commit(storage::RegistryChange change) { registry_.commit({&change, 1}); }
  void put(const Shop& shop) {
    commit({RegistryTable::shops, storage::shop_row_key(shop.id), storage::encode_shop(shop)});
  }

  simulation::World world_{1};
  simulation::MemoryRegistry registry_{world_};
  Configuration configuration_;
};

TEST_F(ShopBookTest, HasTheShopsOfTheConfigurationAndOfTheRegistry) {
  Shop shop;
  shop.id = {9};
  shop.name = "Hats";
  put(shop);
  const std::string key = "a_key_of_the_ninth_shop_00";
  const std::string hash = net::hash_api_key(key);
  commit({RegistryTable::api_keys, storage::api_key_row_key({9}, net::key_id(hash)),
          storage::encode_api_key({{9}, net::key_id(hash), hash, {}})});
  const auto book = ShopBook::open(configuration_, registry_);
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ((*book)->shops().size(), 2U);
  EXPECT_TRUE((*book)->find({5})->fixed);
  EXPECT_FALSE((*book)->find({9})->fixed);
  EXPECT_FALSE((*book)->find({6}));
  const auto directory = (*book)->directory();
  EXPECT_EQ(directory->keys.authenticate("Bearer " + key), ShopId{9});
  EXPECT_EQ(directory->keys.authenticate("Bearer a_key_of_the_fifth_shop_00"), ShopId{5});

  shop.closed_at = Timestamp(Duration(1));
  (*book)->put(shop);
  EXPECT_FALSE((*book)->directory()->keys.authenticate("Bearer " + key));
}

TEST_F(ShopBookTest, KeepsThePlacesOfOrdersThatWaitFromAnEarlierStart) {
  configuration_.shops.front().limits.open_orders = 2;
  ShopBook book(configuration_);
  storage::Recovered recovered;
  const auto wait = [&](std::uint64_t number, ShopId shop, Attempt attempt) {
    WaitingOrder order;
    order.number = {number};
    order.shop = shop;
    order.attempt = attempt;
    recovered.waiting[RelayId{1}].push_back(order);
  };
  for (std::uint64_t number = 1; number <= 3; ++number) wait(number, {5}, {0});
  wait(4, {5}, {1});  // was sent once
  wait(5, {7}, {0});  // of a shop without the limit
  book.keep_places(recovered);
  ShopGate& gate = book.gate({5});
  EXPECT_EQ(gate.places_taken(), 3);
  EXPECT_FALSE(gate.take_place());
  for (WaitingOrder& order : recovered.waiting[RelayId{1}]) order.give_place_back();
  EXPECT_EQ(gate.places_taken(), 0);
  EXPECT_EQ(book.gate({7}).places_taken(), 0);
}

TEST_F(ShopBookTest, NeverGivesANumberOutTwice) {
  EXPECT_EQ((*ShopBook::open(configuration_, registry_))->largest_id(), 5U);
  configuration_.shops.clear();  // its orders are still there
  EXPECT_EQ((*ShopBook::open(configuration_, registry_))->largest_id(), 5U);
}

TEST_F(ShopBookTest, RefusesAConfigurationThatTakesAShopsNumber) {
  Shop shop;
  shop.id = {5};
  put(shop);
  const auto book = ShopBook::open(configuration_, registry_);
  ASSERT_FALSE(book);
  EXPECT_THAT(book.error().message, HasSubstr("shop 5"));
}

}  // namespace
}  // namespace spillway::actors
