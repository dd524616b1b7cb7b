#include "net/api/common/api_keys.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/account/limits.hpp"

namespace spillway::net {
namespace {

const std::string first_key = "sk_demo_u4JcWQy0b3nX9rTq";
const std::string second_key = "sk_demo_Zk81mVfA77hLpd2e";

ApiKeys two_shops() {
  const std::vector<ShopKey> keys{{{1}, hash_api_key(first_key)}, {{2}, hash_api_key(second_key)}};
  auto made = ApiKeys::from(keys);
  EXPECT_TRUE(made);
  return std::move(*made);
}

TEST(ApiKeys, HashAsBlake2b256) {
  // b2sum -l 256
  EXPECT_EQ(hash_api_key("abc"),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(ApiKeys, KnowTheShopOfAKey) {
  const ApiKeys keys = two_shops();
  EXPECT_EQ(keys.authenticate("Bearer " + first_key), ShopId{1});
  EXPECT_EQ(keys.authenticate("Bearer " + second_key), ShopId{2});
  EXPECT_EQ(keys.authenticate("bearer  " + second_key), ShopId{2});
}

TEST(ApiKeys, LetAShopHaveSeveralKeys) {
  const std::vector<ShopKey> shop_keys{{{5}, hash_api_key(first_key)},
                                       {{5}, hash_api_key(second_key)}};
  const auto keys = ApiKeys::from(shop_keys);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->authenticate("Bearer " + first_key), ShopId{5});
  EXPECT_EQ(keys->authenticate("Bearer " + second_key), ShopId{5});
}

TEST(ApiKeys, KnowNoOneElse) {
  const ApiKeys keys = two_shops();
  const std::vector<std::string> headers{
      "",
      "Bearer",
      "Bearer ",
      "Bearer     ",
      "Basic " + first_key,
      first_key,
      "Bearer" + first_key,
      "Bearer " + first_key + "x",
      "Bearer " + first_key + " ",
      "Bearer " + first_key.substr(1),
      "Bearer " + hash_api_key(first_key),  // the hash is not the key
      "Bearer " + first_key + "," + second_key,
      "Bearer " + std::string(limits::api_key_max + 1, 'x'),
      "Bearer unknown_but_well_formed_key",
  };
  for (const std::string& header : headers) EXPECT_FALSE(keys.authenticate(header)) << header;
  EXPECT_FALSE(ApiKeys::from({})->authenticate("Bearer " + first_key));
}

TEST(ApiKeys, AreLongAndOfTokenCharacters) {
  EXPECT_TRUE(is_api_key(first_key));
  EXPECT_TRUE(is_api_key(std::string(limits::api_key_min, 'x')));
  EXPECT_FALSE(is_api_key(std::string(limits::api_key_min - 1, 'x')));
  EXPECT_FALSE(is_api_key(first_key + "\n"));
  EXPECT_FALSE(is_api_key("key with spaces in between them"));
}

TEST(ApiKeys, RefuseHashesThatAreNone) {
  const std::string good = hash_api_key(first_key);
  for (const std::string& hash :
       {std::string(), good.substr(1), good + "0", "g" + good.substr(1), first_key}) {
    const std::vector<ShopKey> keys{{{9}, hash}};
    const auto made = ApiKeys::from(keys);
    ASSERT_FALSE(made) << hash;
    EXPECT_THAT(made.error().message, testing::HasSubstr("shop 9"));
  }
}

TEST(ApiKeys, RefuseOneKeyOfTwoShops) {
  const std::string hash = hash_api_key(first_key);
  const std::vector<ShopKey> keys{{{1}, hash}, {{2}, hash}};
  EXPECT_FALSE(ApiKeys::from(keys));
}

}  // namespace
}  // namespace spillway::net
