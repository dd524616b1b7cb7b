// Orders as operators ask for them.
#include <gmock/gmock.h>

#include "engine/order/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;

OrderView order_of(OrderNumber number) {
  Received received;
  received.shop = {7};
  received.relay = {1};
  received.reference = "A-1";
  received.buyer = {"Hanako \"H\" Sato", "hanako@example.jp"};
  received.amount = {3150, *Currency::from_code("JPY")};
  received.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  const Timestamp at{std::chrono::seconds(1'800'000'000)};
  return {received, at, open_order(number, received, at)};
}

class OperatorOrders : public OrderApiTest {
 protected:
  HttpReply ask_operator(const std::string& target) {
    return ask(raw_request("GET", target, "Authorization: Bearer " + operator_key + "\r\n"));
  }
};

TEST_F(OperatorOrders, AreSearchedOverAllShops) {
  backend_.answer_with(answers::FoundOrders{{order_of({42})}, OrderNumber{41}});
  const HttpReply reply = ask_operator(
      "/v1/orders?shop=7&status=received&email=Hanako%40EXAMPLE.jp&amount=3150&member=M-1&"
      "from=2027-01-15T08:00:00Z&to=2027-01-15T17:30:00%2B09:00&limit=9");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const OrderSearch search = backend_.last_search();
  EXPECT_EQ(search.shop, ShopId{7});
  EXPECT_EQ(search.status, Status::received);
  EXPECT_EQ(search.email, "hanako@example.jp");
  EXPECT_EQ(search.amount, 3150);
  EXPECT_EQ(search.member, "M-1");
  EXPECT_EQ(*search.to - *search.from, std::chrono::minutes(30));
  const auto with_a_plus = read_order_search("to=2027-01-15T17:30:00+09:00", api_codes);
  ASSERT_TRUE(with_a_plus);
  EXPECT_EQ(with_a_plus->to, search.to);
  EXPECT_EQ(search.limit, 9U);
  const nlohmann::json page = nlohmann::json::parse(reply.body);
  EXPECT_EQ(page["orders"][0]["shop"], 7);
  EXPECT_EQ(page["orders"][0]["buyer"]["name"], "Hanako \"H\" Sato");
  EXPECT_EQ(page["orders"][0]["card"]["last_four"], "4242");
  EXPECT_EQ(page["next"], api_codes.encode({41}));
}

TEST_F(OperatorOrders, AreToldWithAllThatHappened) {
  OrderStory story;
  story.order = order_of({42});
  const Timestamp at = story.order.received_at;
  const Fact facts[] = {Sent{{1}, {1}, "AAAAAAAAAAAA", 17},
                        FellInDoubt{{1}, DoubtReason::no_answer},
                        ReversalDecided{{1}, ReversalReason::in_doubt},
                        Reversed{{1}, "00"},
                        Sent{{2}, {1}, "AAAAAAAAAAAB", 18},
                        Answered{{2}, "00", "A12345"}};
  std::uint64_t record = 42;
  for (const Fact& fact : facts) {
    ++record;
    story.facts.push_back({{record}, at, fact});
    apply(story.order.state, {{42}, at, fact}, {record});
  }
  story.all_facts = true;
  story.told.push_back({"wh_1", "evt_1", Status::authorized, "failing", 3, at, "timed out"});
  backend_.answer_with(answers::Story{std::make_shared<const OrderStory>(story)});
  const HttpReply reply = ask_operator("/v1/orders/" + api_codes.encode({42}));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const nlohmann::json told = nlohmann::json::parse(reply.body);
  ASSERT_EQ(told["facts"].size(), 6U);
  EXPECT_EQ(told["facts"][0]["fact"], "sent");
  EXPECT_EQ(told["facts"][0]["stan"], 17);
  EXPECT_EQ(told["facts"][1]["reason"], "no_answer");
  EXPECT_EQ(told["facts"][3]["code"], "00");
  EXPECT_EQ(told["facts"][5]["approval_code"], "A12345");
  ASSERT_EQ(told["attempts"].size(), 2U);
  EXPECT_EQ(told["attempts"][0]["state"], "settled");
  EXPECT_EQ(told["attempts"][1]["reference"], "AAAAAAAAAAAB");
  EXPECT_EQ(told["attempts"][1]["state"], "authorized");
  EXPECT_EQ(told["mail_due"], "thanks");
  EXPECT_EQ(told["webhooks"][0]["tries"], 3);
  EXPECT_EQ(told["webhooks"][0]["reason"], "timed out");
}

TEST_F(OperatorOrders, AreNotChangedAndNotShownToShopsSo) {
  const std::string path = "/v1/orders/" + api_codes.encode({42});
  const std::string line = "Authorization: Bearer " + operator_key + "\r\n";
  EXPECT_EQ(ask(raw_request("POST", path + "/cancel", line)).status, 401);
  EXPECT_EQ(ask(raw_request("POST", "/v1/orders", line)).status, 401);
  EXPECT_EQ(ask_operator("/v1/orders/nonsense").status, 404);
  EXPECT_EQ(ask(raw_request("GET", "/v1/orders?email=a@b.jp",
                            "Authorization: Bearer " + first_shop_key + "\r\n"))
                .status,
            400);
  EXPECT_TRUE(backend_.asked().empty());
}

TEST(OrderSearch, NamesTheParameterThatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"from=yesterday", "\"from\""},
      {"to=2027-01-15", "\"to\""},
      {"amount=-1", "\"amount\""},
      {"amount=1.5", "\"amount\""},
      {"amount=99999999999999999999", "\"amount\""},
      {"shop=0", "\"shop\""},
      {"shop=4294967296", "\"shop\""},
      {"email=" + std::string(255, 'x'), "\"email\""},
      {"member=a%0Ab", "\"member\""},
      {"shop=1&shop=1", "\"shop\" stands twice"},
      {"card=1", "\"card\""},
  };
  for (const auto& [query, message] : cases) {
    const auto search = read_order_search(query, api_codes);
    ASSERT_FALSE(search) << query;
    EXPECT_THAT(search.error().message, HasSubstr(message)) << query;
  }
}

TEST(NumberedPage, IsReadOrItsFlawNamed) {
  const auto page = read_numbered_page("after=12&limit=3");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->after, 12U);
  EXPECT_EQ(page->limit, 3U);
  EXPECT_EQ(read_numbered_page("")->limit, limits::list_page_default);
  for (const std::string query : {"after=-1", "after=x", "limit=0", "limit=501", "before=1"})
    EXPECT_FALSE(read_numbered_page(query)) << query;
}

}  // namespace
}  // namespace spillway::net
