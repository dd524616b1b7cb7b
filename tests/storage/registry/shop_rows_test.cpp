#include "storage/registry/shop_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

Shop some_shop() {
  Shop shop;
  shop.id = {70'000};
  shop.name = "Schöne Schuhe";
  shop.mail_from = "orders@shoes.example";
  shop.merchant = {"5661", "TERM0001", "SHOP00000000001"};
  shop.limits = {50, 100, {{50'000, {392}}, {0, {840}}}, 5'000};
  shop.created_at = Timestamp(Duration(1'700'000'000'000'000));
  shop.closed_at = Timestamp(Duration(1'800'000'000'000'000));
  return shop;
}

TEST(ShopRows, BringBackWhatWasWritten) {
  Shop shop = some_shop();
  EXPECT_EQ(decode_shop(shop_row_key(shop.id), encode_shop(shop)), shop);
  shop.closed_at.reset();
  shop.limits = {};
  EXPECT_EQ(decode_shop(shop_row_key(shop.id), encode_shop(shop)), shop);
  const ShopKeyEntry key{{7}, "0123456789ab", std::string(64, 'a'), shop.created_at};
  EXPECT_EQ(decode_api_key(api_key_row_key(key.shop, key.id), encode_api_key(key)), key);
  EXPECT_EQ(decode_counter(encode_counter(1'234'567)), 1'234'567U);
}

TEST(ShopRows, StayReadable) {
  // A shop and a key as version 1 wrote them.
  const std::string shop(
      "\x9b\x01\xa5Shoes\xa3"
      "a@b\xa4"
      "5999\xa1T\xa1M\x01\x00\x05\x00\x91\x92\xcd\x01\x88\x0a",
      31);
  const auto read = decode_shop(std::string("\0\0\0\x03", 4), shop);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id.value, 3U);
  EXPECT_EQ(read->name, "Shoes");
  EXPECT_EQ(read->limits.orders_per_second, 5U);
  EXPECT_EQ(read->limits.guest_limits, (std::vector<Money>{{10, {392}}}));
  EXPECT_EQ(read->limits.open_orders, 0U);
  EXPECT_FALSE(read->closed_at);
}

TEST(ShopRows, RefuseEveryTruncation) {
  const std::string row = encode_shop(some_shop());
  const std::string key = shop_row_key({1});
  for (std::size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(decode_shop(key, row.substr(0, size))) << size;
  EXPECT_FALSE(decode_shop(key, row + "x"));
  EXPECT_FALSE(decode_shop("abc", row));
}

}  // namespace
}  // namespace spillway::storage
