// The card in an order: what is wrong with it is said, itself never.
#include <string>
#include <vector>

#include "tests/net/fixtures/api_order_texts.hpp"

namespace spillway::net {
namespace {

using namespace order_texts;

using testing::HasSubstr;

TEST(OrderRequest, NamesWhatIsWrongWithTheCard) {
  expect_field_errors({
      {with("/card/company", "DISCOVER"), "/card/company", "VISA, MASTERCARD, JCB, AMEX, DINERS"},
      {with("/card/company", "JCB"), "/card/company", "the company that the number is of"},
      {with("/card/number", "4242424242424241"), "/card/number", "wrong check digit"},
      {with("/card/number", "4242 4242 4242 4242"), "/card/number", "12 to 19 digits"},
      {with("/card/number", "42424242424"), "/card/number", "12 to 19 digits"},
      {with("/card/number", "42424242424242424242"), "/card/number", "12 to 19 digits"},
      {with("/card/number", "４２４２４２４２４２４２４２４２"), "/card/number", "12 to 19 digits"},
      {with("/card/expiry", "12/28"), "/card/expiry", "a month like 2028-12"},
      {with("/card/expiry", "2028-13"), "/card/expiry", "a month like 2028-12"},
      {with("/card/expiry", "2028-00"), "/card/expiry", "a month like 2028-12"},
      {with("/card/expiry", "2026-10"), "/card/expiry", "has expired"},
      {with("/card/expiry", "2025-12"), "/card/expiry", "has expired"},
  });
}

TEST(OrderRequest, NeverTakesASecurityCode) {
  std::vector<FieldCase> cases;
  for (const std::string place : {"/card", "", "/buyer", "/items/0"}) {
    for (const std::string name : {"cvc", "cvv", "cvv2", "cvc2", "cid", "csc", "security_code",
                                   "securityCode", "CVC", "card-code"}) {
      const std::string pointer = place + "/" + name;
      cases.push_back({with(pointer, "123"), pointer, "security codes are never taken"});
    }
  }
  expect_field_errors(cases);
}

TEST(OrderRequest, NeverSaysACardNumber) {
  const std::string number(canary);
  const std::vector<std::string> bodies{
      with("/card/number", number + "0"),
      with("/card/number", number + "\n"),
      with("/card/expiry", number),
      with("/card/company", number),
      with("/card/" + number, 1),
      with("/" + number, Json::parse(R"({"cvc": 1})")),
      with("/reference", number + std::string(100, 'x')),
      with("/currency", number),
      with("/amount", 4242424242424242),
      with("/buyer/email", number),
      with("/card/cvc", number),
      good_order().dump() + number,
      R"({")" + number + R"(":1,")" + number + R"(":2})",
      R"({"card":{"number":")" + number + R"(\x"}})",
  };
  OrderRequestReader reader;
  for (const std::string& body : bodies) {
    const Told said = told(reader, body);
    if (said.status == 0) continue;  // an unknown field is passed over
    std::string all = said.detail;
    for (const auto& [pointer, detail] : said.errors) all.append(pointer).append(detail);
    EXPECT_THAT(all, testing::Not(HasSubstr(number))) << all;
  }
}

TEST(OrderRequest, WipesTheCardAndItsCopyOfTheBody) {
  OrderRequestReader reader;
  const std::string body = good_order().dump();
  const auto read = reader.read(body, this_month);
  ASSERT_TRUE(read);
  OrderRequest& order = **read;
  const std::string_view reference = order.reference;
  reader.wipe();
  EXPECT_EQ(order.card.number.digits(), "");
  EXPECT_EQ(reference, std::string(reference.size(), '\0'));
}

}  // namespace
}  // namespace spillway::net
