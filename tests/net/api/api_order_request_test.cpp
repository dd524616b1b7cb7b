#include <string>
#include <vector>

#include "engine/account/limits.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "net/http/limits.hpp"
#include "net/text/limits.hpp"
#include "tests/net/fixtures/api_order_texts.hpp"

namespace spillway::net {
namespace {

using namespace order_texts;

using testing::HasSubstr;

TEST(OrderRequest, IsReadWithAllItsFields) {
  OrderRequestReader reader;
  const std::string body = good_order().dump();
  const auto read = reader.read(body, this_month);
  ASSERT_TRUE(read) << read.error().detail;
  const OrderRequest& order = **read;
  EXPECT_EQ(order.reference, "A-10023");
  EXPECT_EQ(order.member, "M-4821");
  EXPECT_EQ(order.buyer_name, "Hanako Sato");
  EXPECT_EQ(order.buyer_email, "hanako@example.jp");
  ASSERT_EQ(order.items.size(), 2u);
  EXPECT_EQ(order.items[0].code, "SHOE-42");
  EXPECT_EQ(order.items[0].name, "Leather shoes");
  EXPECT_EQ(order.items[0].quantity, 2);
  EXPECT_EQ(order.items[0].unit_price, 1500);
  EXPECT_EQ(order.items[1].code, "LACE-1");
  EXPECT_EQ(order.amount, (Money{3150, *Currency::from_code("JPY")}));
  EXPECT_EQ(order.company, CardCompany::visa);
  EXPECT_EQ(order.card.number.digits(), canary);
  EXPECT_EQ(order.card.expiry, (CardExpiry{2028, 12}));
}

TEST(OrderRequest, LeavesNothingOfAnOrderToTheNext) {
  OrderRequestReader reader;
  ASSERT_TRUE(reader.read(good_order().dump(), this_month));
  Json guest = good_order();
  guest.erase("member");
  guest["items"].erase(0);
  guest["amount"] = 150;
  const std::string body = guest.dump();
  const auto read = reader.read(body, this_month);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ((*read)->member, "");
  ASSERT_EQ((*read)->items.size(), 1u);
  EXPECT_EQ((*read)->items[0].code, "LACE-1");
}

TEST(OrderRequest, IsReadWithItsTiming) {
  OrderRequestReader reader;
  Json timed = good_order();
  timed["urgency"] = "high";
  timed["verdict_by"] = "2026-11-21T18:05:07+09:00";
  const auto read = reader.read(timed.dump(), this_month);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ((*read)->urgency, Urgency::high);
  EXPECT_EQ((*read)->verdict_by, Timestamp(std::chrono::seconds(1'795'251'907)));
  const auto plain = reader.read(with("/urgency", "normal"), this_month);
  ASSERT_TRUE(plain);
  EXPECT_EQ((*plain)->urgency, Urgency::normal);
  EXPECT_EQ((*plain)->verdict_by, std::nullopt);
}

TEST(OrderRequest, TakesWhatIsAllowed) {
  const std::vector<std::string> bodies{
      with("/unknown", Json::parse(R"({"deep": [1, 2.5, null, {"x": "y"}]})")),
      with("/card/holder", "HANAKO SATO"),
      with("/buyer/telephone", nullptr),
      with("/items/0/size", 42),
      with("/card/expiry", "2026-11"),  // to the end of this month
      with("/card/number", "4222222222222"),
      with("/member", nullptr),  // a null is as good as absent
      with("/buyer/name", "佐藤 花子"),
      with("/buyer/email", "hanako+shop.1@mail.example.co.jp"),
      with("/reference", std::string(limits::order_reference_max, 'x')),
      with("/reference", repeated("注", limits::order_reference_max)),
      with("/buyer/name", repeated("😀", limits::buyer_name_max)),
      with("/buyer/email", "ha..nako@docomo.ne.jp"),
      with("/items/0/name", repeated("靴", limits::item_name_max)),
      "\xEF\xBB\xBF" + good_order().dump(),
      without("", "member"),
      without("", "buyer"),
      without("", "card"),  // whether the member has one registered, the body does not say
  };
  OrderRequestReader reader;
  for (const std::string& body : bodies) EXPECT_EQ(told(reader, body).status, 0) << body;
}

TEST(OrderRequest, RefusesWhatCannotBeRead) {
  struct Case {
    std::string body;
    std::string detail;
  };
  const std::string good = good_order().dump();
  const std::vector<Case> cases{
      {"", "it is empty"},
      {"  ", "it is empty"},
      {"reference=A-10023", "a value is expected"},
      {"[]", "must be a JSON object"},
      {"\"order\"", "must be a JSON object"},
      {"42", "must be a JSON object"},
      {"null", "must be a JSON object"},
      {good.substr(0, good.size() - 1), "it ends too early"},
      {good + "{}", "something follows its end"},
      {std::string("{\"reference\":\"\xFF\"}"), "it is not UTF-8"},
      {R"({"amount":1,"amount":2})", "a field stands twice"},
      {R"({"card":{"number":"1","number":"2"}})", "a field stands twice"},
      {R"({"card":{"nested":{"a":1,"a":2}}})", "a field stands twice"},
      {R"({"x":)" + std::string(16, '[') + std::string(16, ']') + "}", "nested too deeply"},
      {R"({"amount":01})", "a number is malformed"},
      {R"({"x":)" + std::string(60'000, '[') + "}", "nested too deeply"},
      {"{\"x\":\"" + std::string(limits::http_body_max, 'x') + "\"}", "it is too long"},
  };
  OrderRequestReader reader;
  for (const Case& c : cases) {
    const Told said = told(reader, c.body);
    EXPECT_EQ(said.status, 400) << c.body.substr(0, 80);
    EXPECT_THAT(said.detail, HasSubstr(c.detail)) << c.body.substr(0, 80);
  }
}

TEST(OrderRequest, NamesEachMissingField) {
  Json neither = good_order();
  neither.erase("member");
  neither.erase("buyer");
  Json guest = good_order();
  guest.erase("member");
  guest.erase("card");
  expect_field_errors({
      {without("", "reference"), "/reference", "is needed"},
      {without("", "items"), "/items", "is needed"},
      {without("", "amount"), "/amount", "is needed"},
      {without("", "currency"), "/currency", "is needed"},
      {without("/buyer", "name"), "/buyer/name", "is needed"},
      {without("/buyer", "email"), "/buyer/email", "is needed"},
      {without("/items/1", "code"), "/items/1/code", "is needed"},
      {without("/items/1", "name"), "/items/1/name", "is needed"},
      {without("/items/0", "quantity"), "/items/0/quantity", "is needed"},
      {without("/items/0", "unit_price"), "/items/0/unit_price", "is needed"},
      {without("/card", "company"), "/card/company", "is needed"},
      {without("/card", "number"), "/card/number", "is needed"},
      {without("/card", "expiry"), "/card/expiry", "is needed"},
      {with("/card/number", nullptr), "/card/number", "is needed"},
      {guest.dump(), "/card", "is needed"},
      {neither.dump(), "/buyer", "is needed without a member"},
  });
}

TEST(OrderRequest, NamesEachFieldOfTheWrongKind) {
  expect_field_errors({
      {with("/reference", 10023), "/reference", "must be a text"},
      {with("/reference", Json::array({1})), "/reference", "must be a text"},
      {with("/member", true), "/member", "must be a text"},
      {with("/buyer", "Hanako"), "/buyer", "must be an object"},
      {with("/items", Json::object()), "/items", "must be an array"},
      {with("/items/0", 1), "/items/0", "must be an object"},
      {with("/items/0/quantity", "2"), "/items/0/quantity", "must be an integer"},
      {with("/items/0/unit_price", "1500"), "/items/0/unit_price", "must be an integer"},
      {with("/amount", "3150"), "/amount", "must be an integer"},
      {with("/amount", 3150.5), "/amount", "must be an integer"},
      {with("/currency", 392), "/currency", "must be a text"},
      {with("/card", "4242424242424242"), "/card", "must be an object"},
      {with("/card/number", 4242424242424242), "/card/number", "must be a text"},
      {with("/card/expiry", 202812), "/card/expiry", "must be a text"},
      {with("/card/company", 1), "/card/company", "must be a text"},
  });
}

TEST(OrderRequest, NamesEachNumberOutOfItsBounds) {
  const std::int64_t too_many = limits::item_quantity_max + 1;
  const std::int64_t too_much = limits::amount_max + 1;
  expect_field_errors({
      {with("/items/0/quantity", 0), "/items/0/quantity", "must be from 1"},
      {with("/items/0/quantity", -2), "/items/0/quantity", "must be from 1"},
      {with("/items/0/quantity", too_many), "/items/0/quantity", "to 1000000"},
      {with("/items/0/unit_price", -1500), "/items/0/unit_price", "must be from 0"},
      {with("/items/0/unit_price", too_much), "/items/0/unit_price", "must be from 0"},
      {with("/amount", 0), "/amount", "must be from 1"},
      {with("/amount", -3150), "/amount", "must be from 1"},
      {with("/amount", too_much), "/amount", "must be from 1"},
      {with("/amount", UINT64_MAX), "/amount", "must be from 1"},
      {with("/amount", 3151), "/amount", "must equal the sum"},
  });
}

TEST(OrderRequest, RefusesAnAmountBeyondAnyInteger) {
  std::string body = good_order().dump();
  const std::string amount = "\"amount\":3150";
  body.replace(body.find(amount), amount.size(), "\"amount\":" + std::string(400, '9'));
  expect_field_errors({{body, "/amount", "must be from 1"}});
}

TEST(OrderRequest, RefusesASumThatOverflows) {
  Json order = good_order();
  order["items"] = Json::array();
  const Json dear = {{"code", "C"},
                     {"name", "N"},
                     {"quantity", limits::item_quantity_max},
                     {"unit_price", limits::amount_max}};
  for (int i = 0; i < 20; ++i) order["items"].push_back(dear);  // 2 * 10^19
  expect_field_errors({{order.dump(), "/amount", "must equal the sum"}});
}

TEST(OrderRequest, NamesEachTextThatIsNotAllowed) {
  const auto long_text = [](std::size_t size) { return std::string(size + 1, 'x'); };
  expect_field_errors({
      {with("/reference", ""), "/reference", "must not be empty"},
      {with("/reference", long_text(limits::order_reference_max)), "/reference", "at most 64"},
      {with("/member", long_text(limits::member_number_max)), "/member", "at most 32"},
      {with("/buyer/name", long_text(limits::buyer_name_max)), "/buyer/name", "at most 128"},
      {with("/items/0/code", long_text(limits::item_code_max)), "/items/0/code", "at most 64"},
      {with("/items/1/name", long_text(limits::item_name_max)), "/items/1/name", "at most 200"},
      {with("/reference", "A\r\nBcc: x@y.example"), "/reference", "control characters"},
      {with("/member", "M\n1"), "/member", "control characters"},
      {with("/buyer/name", "Hanako\r\nBcc: x@y.example"), "/buyer/name", "control characters"},
      {with("/buyer/name", std::string("a\0b", 3)), "/buyer/name", "control characters"},
      {with("/buyer/name", "a\x7F"), "/buyer/name", "control characters"},
      {with("/buyer/name", "a\u0085"), "/buyer/name", "control characters"},  // next line
      {with("/buyer/name", "a\u2028"), "/buyer/name", "line breaks"},
      {with("/items/0/code", "\t"), "/items/0/code", "control characters"},
      {with("/items/0/name", "Shoes\u001B[2J"), "/items/0/name", "control characters"},
      {with("/currency", "JPX"), "/currency", "not a currency"},
      {with("/urgency", "urgent"), "/urgency", "must be normal or high"},
      {with("/urgency", 1), "/urgency", "must be a text"},
      {with("/verdict_by", "tomorrow"), "/verdict_by", "must be a time like"},
      {with("/currency", "jpy"), "/currency", "not a currency"},
      {with("/buyer/email", "hanako"), "/buyer/email", "must be a mail address"},
      {with("/buyer/email", "a@b.example\r\nBcc: c@d.example"), "/buyer/email",
       "control characters"},
  });
}

TEST(OrderRequest, BoundsTheItems) {
  Json order = good_order();
  const Json item = order["items"][1];
  order["items"] = Json::array();
  expect_field_errors({{order.dump(), "/items", "must not be empty"}});

  for (std::size_t i = 0; i < limits::items_max; ++i) order["items"].push_back(item);
  order["amount"] = 150 * limits::items_max;
  OrderRequestReader reader;
  EXPECT_EQ(told(reader, order.dump()).status, 0);
  order["items"].push_back(item);
  order["amount"] = 150 * (limits::items_max + 1);
  expect_field_errors({{order.dump(), "/items", "at most 200"}});
}

TEST(OrderRequest, TellsAllBadFieldsAtOnceButNotWithoutEnd) {
  OrderRequestReader reader;
  const Told said = told(reader, R"({"amount":-1,"items":[{"quantity":0}],"card":{"cvc":"123"}})");
  std::vector<std::string> pointers;
  for (const auto& [pointer, detail] : said.errors) pointers.push_back(pointer);
  EXPECT_THAT(pointers, testing::UnorderedElementsAre(
                            "/amount", "/items/0/quantity", "/items/0/code", "/items/0/name",
                            "/items/0/unit_price", "/card/cvc", "/card/company", "/card/number",
                            "/card/expiry", "/reference", "/currency", "/buyer"));

  std::string many = R"({"items":[)";
  for (std::size_t i = 0; i < limits::items_max; ++i) many.append(i == 0 ? "{}" : ",{}");
  EXPECT_EQ(told(reader, many + "]}").errors.size(), limits::field_errors_max);
}

}  // namespace
}  // namespace spillway::net
