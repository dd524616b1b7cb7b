// The forms that texts and numbers of an order may have.
#include "tests/net/fixtures/api_order_texts.hpp"

#include <string>
#include <vector>

#include "engine/order/limits.hpp"
#include "net/http/limits.hpp"

namespace spillway::net {
namespace {

using namespace order_texts;

// Any of these would begin a line in a mail's head, a log or a header field.
TEST(OrderRequest, TakesNoLineBreakInAnyText) {
  std::vector<FieldCase> cases;
  for (const std::string text :
       {"a\rb", "\r", "ab\r", "a\nb", "a\x0b", "a\fb", "a\u0085b", "a\u2028b", "a\u2029b"})
    for (const std::string pointer :
         {"/reference", "/member", "/buyer/name", "/buyer/email", "/items/0/code", "/items/1/name",
          "/card/number", "/card/expiry", "/card/company", "/currency", "/urgency", "/verdict_by"})
      cases.push_back({with(pointer, text), pointer, "control characters"});
  expect_field_errors(cases);
}

TEST(OrderRequest, CountsCharactersAndNotTheirBytes) {
  expect_field_errors({
      {with("/reference", repeated("注", limits::order_reference_max + 1)), "/reference",
       "at most 64 characters"},
      {with("/items/1/name", repeated("😀", limits::item_name_max + 1)), "/items/1/name",
       "at most 200 characters"},
  });
}

TEST(OrderRequest, TakesAnIntegerHoweverItIsWritten) {
  OrderRequestReader reader;
  const std::string good = good_order().dump();
  const std::string number = "\"amount\":" + std::to_string(good_order()["amount"].get<int>());
  for (const std::string behind : {".0", ".00", "e0", "E+0", "00e-2"}) {
    std::string body = good;
    body.insert(body.find(number) + number.size(), behind);
    const auto read = reader.read(body, this_month);
    ASSERT_TRUE(read) << behind;
    EXPECT_EQ((*read)->amount.minor_units, good_order()["amount"].get<int>()) << behind;
  }
  std::string half = good;
  half.insert(half.find(number) + number.size(), ".5");
  expect_field_errors({{half, "/amount", "must be an integer"}});
}

TEST(OrderRequest, FitsABodyWhateverOfItIsEscaped) {
  const auto escaped = [](std::size_t characters) {
    return repeated("\\ud83d\\ude00", characters);
  };
  const std::string item = R"({"code":")" + escaped(limits::item_code_max) + R"(","name":")" +
                           escaped(limits::item_name_max) +
                           R"(","quantity":1000000,"unit_price":0})";
  Json order = good_order();
  order["items"] = Json::array();
  order["amount"] = 1;
  std::string items;
  for (std::size_t i = 1; i < limits::items_max; ++i) items += item + ",";
  items += R"({"code":"1","name":"1","quantity":1,"unit_price":1})";
  std::string body = order.dump();
  body.insert(body.find("\"items\":[") + 9, items);
  ASSERT_LE(body.size(), limits::http_body_max);
  OrderRequestReader reader;
  EXPECT_EQ(told(reader, body).status, 0);
}

}  // namespace
}  // namespace spillway::net
