#include "engine/order/fair_share.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace spillway {
namespace {

TEST(FairShare, RefusesTheShopThatHoldsMoreThanIsFree) {
  struct Case {
    std::size_t of_flood;
    std::size_t of_others;  // a shop each
    bool flood_enters;
    bool another_enters;
  };
  const Case cases[] = {
      {50, 0, false, true},   {49, 0, true, true},    {40, 10, true, true}, {40, 19, true, true},
      {40, 20, false, true},  {50, 49, false, true},  {1, 98, false, true}, {0, 99, true, true},
      {50, 50, false, false}, {0, 100, false, false},
  };
  constexpr ShopId flood{1};
  constexpr ShopId newcomer{10'000};
  for (const Case& each : cases) {
    FairShare share(100);
    share.begin();
    for (std::size_t i = 0; i < each.of_flood; ++i) share.entered(flood);
    for (std::uint32_t i = 0; i < each.of_others; ++i) share.entered({2 + i});
    const std::size_t inside = each.of_flood + each.of_others;
    EXPECT_EQ(share.takes(flood, inside), each.flood_enters)
        << each.of_flood << " and " << each.of_others;
    EXPECT_EQ(share.takes(newcomer, inside), each.another_enters)
        << each.of_flood << " and " << each.of_others;
  }
}

TEST(FairShare, CountsFromTheHalfOnAndUntilAQuarter) {
  FairShare share(100);
  EXPECT_FALSE(share.begins(49));
  EXPECT_TRUE(share.begins(50));
  EXPECT_FALSE(share.ends(0));
  EXPECT_TRUE(share.takes({1}, 99));  // nobody is counted
  EXPECT_FALSE(share.takes({1}, 100));
  share.begin();
  EXPECT_FALSE(share.begins(60));
  EXPECT_FALSE(share.ends(25));
  EXPECT_TRUE(share.ends(24));
  share.entered({1});
  share.end();
  EXPECT_FALSE(share.counts());
  share.begin();
  EXPECT_TRUE(share.takes({1}, 99));  // what was counted before is forgotten
}

// Floods and one calm shop, which wants less than its share; one leaves each turn, in the order of
// coming.
TEST(FairShare, LetsACalmShopInBesideAnyNumberOfFloods) {
  for (const std::uint32_t floods : {1U, 2U, 7U}) {
    constexpr std::size_t places = 64;
    FairShare share(places);
    std::vector<ShopId> inside;
    std::size_t most_of_first = 0;
    const auto want_in = [&](ShopId shop) {
      if (!share.takes(shop, inside.size())) return false;
      inside.push_back(shop);
      if (share.counts()) {
        share.entered(shop);
      } else if (share.begins(inside.size())) {
        share.begin();
        for (const ShopId each : inside) share.entered(each);
      }
      return true;
    };
    constexpr ShopId calm{100};
    for (int turn = 0; turn < 2'000; ++turn) {
      for (int i = 0; i < 20; ++i)
        for (std::uint32_t flood = 1; flood <= floods; ++flood) want_in({flood});
      if (turn % 10 == 0) {
        EXPECT_TRUE(want_in(calm)) << turn;
      }
      if (share.counts()) share.left(inside.front());
      inside.erase(inside.begin());
      std::size_t of_first = 0;
      for (const ShopId each : inside) of_first += each == ShopId{1} ? 1 : 0;
      if (turn > 500) most_of_first = std::max(most_of_first, of_first);
    }
    EXPECT_LE(most_of_first, places / (floods + 1) + 1) << floods;
  }
}

}  // namespace
}  // namespace spillway
