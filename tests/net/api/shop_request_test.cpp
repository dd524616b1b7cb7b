#include "net/api/operators/shop_request.hpp"

#include <gtest/gtest.h>

#include "net/text/json_reader.hpp"

namespace spillway::net {
namespace {

constexpr const char* whole = R"({"name": "Shoes", "mail_from": "orders@shoes.example",
  "merchant": {"merchant": "SHOES", "terminal": "T1", "category": "5661"},
  "limits": {"orders_per_second": 5, "burst": 7, "open_orders": 9, "guest_limit": {"JPY": 50000}}})";

Result<std::shared_ptr<ControlBody>, Refusal> read_shop(HttpMethod method,
                                                        const std::string& body) {
  static JsonReader json;
  return read_shop_request(json, method, body);
}

Shop applied(HttpMethod method, const std::string& body, Shop shop = {}) {
  const auto request = read_shop(method, body);
  EXPECT_TRUE(request) << request.error().detail;
  if (request) dynamic_cast<const ShopRequest&>(**request).apply_to(shop);
  return shop;
}

TEST(ShopRequest, MakesAShop) {
  const Shop shop = applied(HttpMethod::post, whole);
  EXPECT_EQ(shop.name, "Shoes");
  EXPECT_EQ(shop.mail_from, "orders@shoes.example");
  EXPECT_EQ(shop.merchant, (Merchant{"5661", "T1", "SHOES"}));
  EXPECT_EQ(shop.limits, (ShopLimits{5, 7, {{50'000, {392}}}, 9}));
}

TEST(ShopRequest, ChangesOnlyWhatItNames) {
  const Shop shop = applied(HttpMethod::post, whole);
  Shop expected = shop;
  expected.limits.orders_per_second = 0;
  expected.limits.guest_limits = {};
  EXPECT_EQ(applied(HttpMethod::patch, R"({"limits": {"orders_per_second": 0, "guest_limit": {}}})",
                    shop),
            expected);
  EXPECT_EQ(applied(HttpMethod::patch, "{}", shop), shop);
}

TEST(ShopRequest, NamesEveryFieldThatIsWrong) {
  struct Case {
    HttpMethod method;
    const char* body;
    const char* pointer;
  };
  const Case cases[] = {
      {HttpMethod::post, "{}", "/name"},
      {HttpMethod::patch, R"({"name": ""})", "/name"},
      {HttpMethod::patch, R"({"name": "a\nb"})", "/name"},
      {HttpMethod::patch, R"({"mail_from": "nobody"})", "/mail_from"},
      {HttpMethod::patch, R"({"merchant": {"merchant": "M", "terminal": "T"}})", "/merchant"},
      {HttpMethod::post, R"({"name":"a","mail_from":"a@b.example","merchant":{"merchant":"M"}})",
       "/merchant/terminal"},
      {HttpMethod::patch, R"({"limits": {"orders_per_second": -1}})", "/limits/orders_per_second"},
      {HttpMethod::patch, R"({"limits": {"open_orders": 10000001}})", "/limits/open_orders"},
      {HttpMethod::patch, R"({"limits": {"orders_per_secnod": 1}})", "/limits/orders_per_secnod"},
      {HttpMethod::patch, R"({"limits": {"guest_limit": {"XXX": 1}}})",
       "/limits/guest_limit/currency"},
      {HttpMethod::patch, R"({"limits": {"guest_limit": {"JPY": "1"}}})",
       "/limits/guest_limit/JPY"},
      {HttpMethod::patch, R"({"limits": {"guest_limit": 7}})", "/limits/guest_limit"},
      {HttpMethod::patch, R"({"shop": 7})", "/shop"},
  };
  for (const Case& each : cases) {
    const auto request = read_shop(each.method, each.body);
    ASSERT_FALSE(request) << each.body;
    EXPECT_EQ(request.error().status, 422) << each.body;
    ASSERT_FALSE(request.error().errors.empty()) << each.body;
    EXPECT_EQ(request.error().errors.front().pointer, each.pointer) << each.body;
  }
}

TEST(ShopRequest, IsJson) {
  for (const char* body : {"", "[]", "{", R"({"name":"a","name":"b"})", R"({} x)"}) {
    const auto request = read_shop(HttpMethod::patch, body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().status, 400) << body;
  }
}

}  // namespace
}  // namespace spillway::net
