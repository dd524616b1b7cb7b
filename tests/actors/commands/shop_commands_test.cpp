#include "actors/commands/asking/shop_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/documents/shop_json.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using Action = ShopCommand::Action;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"spillway", "shop"});
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ShopCommands, KnowEveryAction) {
  struct Case {
    std::vector<const char*> arguments;
    Action action;
    std::uint32_t shop;
  };
  const Case cases[] = {
      {{"create", "--name", "Hats", "--mail-from", "a@b.example", "--merchant", "M", "--terminal",
        "T"},
       Action::create,
       0},
      {{"list"}, Action::list, 0},
      {{"show", "3"}, Action::show, 3},
      {{"limit", "3", "--rate", "5"}, Action::limit, 3},
      {{"close", "3"}, Action::close, 3},
      {{"key", "add", "3"}, Action::add_key, 3},
      {{"key", "list", "3"}, Action::list_keys, 3},
      {{"key", "revoke", "3", "0123456789ab"}, Action::revoke_key, 3},
  };
  for (const Case& each : cases) {
    const Command command = parse(each.arguments);
    const auto* shop = std::get_if<ShopCommand>(&command);
    ASSERT_NE(shop, nullptr) << each.arguments.front();
    EXPECT_EQ(shop->action, each.action) << each.arguments.front();
    EXPECT_EQ(shop->shop, each.shop) << each.arguments.front();
  }
}

TEST(ShopCommands, ReadLimits) {
  const Command command =
      parse({"limit", "7", "--rate", "5", "--burst", "9", "--open-orders", "12", "--guest-limit",
             "JPY=50000", "--guest-limit", "USD=100", "--url", "http://x:1"});
  const auto& shop = std::get<ShopCommand>(command);
  EXPECT_EQ(shop.orders_per_second, 5U);
  EXPECT_EQ(shop.burst, 9U);
  EXPECT_EQ(shop.open_orders, 12U);
  EXPECT_EQ(shop.guest_limits, (std::vector<std::string>{"JPY=50000", "USD=100"}));
  EXPECT_EQ(shop.url, "http://x:1");
}

TEST(ShopCommands, EndWithTwoForWrongUsage) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"create"},
                                             {"show"},
                                             {"show", "x"},
                                             {"key"},
                                             {"limit", "3", "--guest-limit", "JPY"}}) {
    const Command command = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command));
    EXPECT_EQ(std::get<ExitNow>(command).code, exit_wrong_usage);
  }
}

TEST(ShopTexts, ShowShopsAndKeysToPeople) {
  Shop shop;
  shop.id = {3};
  shop.name = "Hats";
  shop.limits = {50, 0, {{50'000, {392}}}};
  const auto one = shop_text(shop_json(shop));
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_THAT(*one, HasSubstr("3, open"));
  EXPECT_THAT(*one, HasSubstr("50 orders/s, guests JPY 50000"));
  shop.fixed = true;
  shop.limits = {};
  const auto all = shops_text(shops_json({shop}));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(*all, HasSubstr("configured"));
  EXPECT_THAT(*all, HasSubstr("no limits"));
  const ShopKeyEntry key{{3}, "0123456789ab", std::string(64, 'f'), {}};
  const std::string keys = shop_keys_json({key});
  EXPECT_EQ(keys.find(key.hash), std::string::npos);
  EXPECT_THAT(*shop_keys_text(keys), HasSubstr("0123456789ab"));
  EXPECT_EQ(*shops_text(shops_json({})), "there is no shop\n");
  EXPECT_EQ(*shop_keys_text(shop_keys_json({})), "the shop has no key\n");
  EXPECT_FALSE(shop_text("{}"));
}

}  // namespace
}  // namespace spillway::actors
