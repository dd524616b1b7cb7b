// The small parts of a request to the API: path, query, header fields, the body of an approval.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "net/api/common/api_fields.hpp"
#include "net/api/common/list_query.hpp"
#include "net/api/common/route.hpp"
#include "net/api/orders/approval_request.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;

const OrderCodes codes({1, 2});

TEST(ListQuery, IsReadWithAllItsParameters) {
  const auto filter = read_list_query(
      "status=in_doubt&reference=A%2F1+%E9%9D%B4&after=" + codes.encode({42}) + "&limit=7", codes);
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ(filter->status, Status::in_doubt);
  EXPECT_EQ(filter->reference, "A/1 靴");
  EXPECT_EQ(filter->before, OrderNumber{42});
  EXPECT_EQ(filter->limit, 7u);
}

TEST(ListQuery, TakesAbsentAndEmptyParametersAlike) {
  for (const std::string query : {"", "&", "status=&reference=&after=&limit=", "status&limit"}) {
    const auto filter = read_list_query(query, codes);
    ASSERT_TRUE(filter) << query;
    EXPECT_FALSE(filter->status);
    EXPECT_FALSE(filter->reference);
    EXPECT_EQ(filter->before, OrderNumber{});
    EXPECT_EQ(filter->limit, limits::list_page_default);
  }
}

TEST(ListQuery, NamesTheParameterThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"status=paid", "\"status\""},
      {"status=Received", "\"status\""},
      {"limit=0", "\"limit\""},
      {"limit=501", "\"limit\""},
      {"limit=-1", "\"limit\""},
      {"limit=+1", "\"limit\""},
      {"limit=ten", "\"limit\""},
      {"limit=1.5", "\"limit\""},
      {"limit=99999999999999999999999", "\"limit\""},
      {"after=XXXX", "\"after\""},
      {"reference=%", "\"reference\""},
      {"reference=%4", "\"reference\""},
      {"reference=%zz", "\"reference\""},
      {"reference=%FF", "\"reference\""},
      {"reference=a%0D%0Ab", "\"reference\""},
      {"reference=" + std::string(limits::order_reference_max + 1, 'x'), "\"reference\""},
      {"limit=1&limit=2", "\"limit\" stands twice"},
      {"state=received", "\"state\""},
      {"Status=received", "\"Status\""},
      {"=x", "unknown parameter"},
  };
  for (const auto& [query, message] : cases) {
    const auto filter = read_list_query(query, codes);
    ASSERT_FALSE(filter) << query;
    EXPECT_THAT(filter.error().message, HasSubstr(message)) << query;
  }
}

TEST(ListQuery, NeverSaysDigitsBack) {
  for (const std::string query : {"4242424242424242=1", "limit=4242424242424242",
                                  "after=4242424242424242", "reference=4242424242424242%"}) {
    const auto filter = read_list_query(query, codes);
    ASSERT_FALSE(filter) << query;
    EXPECT_THAT(filter.error().message, testing::Not(HasSubstr("4242"))) << query;
  }
}

TEST(ApiFields, AreFoundInAnyCaseAndOnlyOnce) {
  const std::vector<HttpHeader> headers{{"host", "x"},
                                        {"AUTHORIZATION", "Bearer k"},
                                        {"content-type", "application/json"},
                                        {"Idempotency-key", "7"}};
  const ApiFields fields = read_api_fields(headers);
  EXPECT_EQ(fields.authorization, "Bearer k");
  EXPECT_EQ(fields.content_type, "application/json");
  EXPECT_EQ(fields.idempotency_key, "7");
  EXPECT_EQ(fields.doubled, "");
  for (const HttpHeader& header : headers) {
    std::vector<HttpHeader> doubled = headers;
    doubled.push_back(header);
    EXPECT_EQ(read_api_fields(doubled).doubled.empty(), header.name == "host") << header.name;
  }
}

TEST(ApiFields, KnowTheContentTypeOfJson) {
  for (const std::string good :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"", "application/json ;",
        "application/json; charset=utf-8;", "application/json;;charset=utf-8 ; ",
        "application/json; charset=utf8", "application/json; charset=us-ascii",
        "application/json;version=1;charset=utf-8", "application/json; profile=\"a; b=c\"",
        "application/json\t;\tCHARSET=Utf-8", "application/json; charset=\"utf\\-8\""}) {
    EXPECT_TRUE(is_json_content_type(good)) << good;
  }
  for (const std::string bad :
       {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
        "application/problem+json", "application/json; charset=utf-16", "application/json; charset",
        "application/json; charset=utf-8; charset=utf-16", "application/json; charset=\"utf-8",
        "application/json; charset=utf-8 x", "application/json; charset =utf-8",
        "application/json; a=\"b\"c", "application/json; a=b,c", "application/json; =b",
        "application/json, application/json"}) {
    EXPECT_FALSE(is_json_content_type(bad)) << bad;
  }
}

TEST(ApiFields, BoundIdempotencyKeys) {
  const std::string longest(limits::idempotency_key_max, 'k');
  EXPECT_EQ(idempotency_key_of("a b~"), "a b~");
  EXPECT_EQ(idempotency_key_of(longest), longest);
  EXPECT_EQ(idempotency_key_of('"' + longest + '"'), longest);
  for (const std::string& bad :
       {std::string(), longest + "k", '"' + longest + "k\"", std::string("a\tb"),
        std::string("a\x7F"), std::string("ké"), std::string("\"\""), std::string("\"ké\"")})
    EXPECT_EQ(idempotency_key_of(bad), std::nullopt) << bad;
}

TEST(ApiFields, TakeAnIdempotencyKeyInQuotesForTheSameWithout) {
  EXPECT_EQ(idempotency_key_of("\"abc\""), "abc");
  EXPECT_EQ(idempotency_key_of("\"abc\" ;v=1"), "abc");
  EXPECT_EQ(idempotency_key_of(R"("a\"b\\c")"), R"(a"b\c)");
  EXPECT_EQ(idempotency_key_of("a\"b\""), "a\"b\"") << "does not begin with one";
  for (const std::string_view bad : {"\"abc", "\"", "\"abc\"d", "\"abc\\"})
    EXPECT_EQ(idempotency_key_of(bad), std::nullopt) << bad;
}

TEST(ApiFields, KnowWhetherABodyIsCoded) {
  const auto coded = [](std::vector<HttpHeader> headers) {
    return read_api_fields(headers).encoded;
  };
  EXPECT_FALSE(coded({}));
  for (const std::string_view plain : {"identity", "Identity", "", "identity, identity"})
    EXPECT_FALSE(coded({{"Content-Encoding", plain}})) << plain;
  for (const std::string_view other : {"gzip", "br", "x-gzip", "identity, zstd", "deflate"})
    EXPECT_TRUE(coded({{"content-encoding", other}})) << other;
  EXPECT_TRUE(coded({{"Content-Encoding", "gzip"}, {"Content-Encoding", "identity"}}));
}

TEST(ApprovalRequest, IsReadInBothWays) {
  JsonReader json;
  const auto yes = read_approval_request(json, R"({"approved":true,"approval_code":"A12345"})");
  ASSERT_TRUE(yes);
  EXPECT_TRUE(yes->approved);
  EXPECT_EQ(yes->approval_code, ApprovalCode("A12345"));
  for (const std::string body :
       {R"({"approved":false})", R"({"approved":false,"approval_code":null,"by":"telephone"})",
        R"({"approved":false,"approval_code":"A1"})"}) {
    const auto no = read_approval_request(json, body);
    ASSERT_TRUE(no) << body;
    EXPECT_FALSE(no->approved);
    EXPECT_TRUE(no->approval_code.empty());
  }
}

TEST(ApprovalRequest, IsRefusedWithThePointer) {
  struct Case {
    std::string body;
    int status;
    std::string pointer;
  };
  const std::vector<Case> cases{
      {"", 400, ""},
      {"yes", 400, ""},
      {"true", 400, ""},
      {R"({"approved":true,"approved":true})", 400, ""},
      {R"({"approved":true,"approval_code":"A1"} x)", 400, ""},
      {"{}", 422, "/approved"},
      {R"({"approved":"true","approval_code":"A1"})", 422, "/approved"},
      {R"({"approved":1,"approval_code":"A1"})", 422, "/approved"},
      {R"({"approved":true})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":null})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":""})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":"A123456"})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":"A 1"})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":"A\r\n"})", 422, "/approval_code"},
      {R"({"approved":true,"approval_code":123456})", 422, "/approval_code"},
      {R"({"approved":false,"approval_code":"A-1"})", 422, "/approval_code"},
  };
  JsonReader json;
  for (const Case& c : cases) {
    const auto read = read_approval_request(json, c.body);
    ASSERT_FALSE(read) << c.body;
    EXPECT_EQ(read.error().status, c.status) << c.body;
    if (c.pointer.empty()) continue;
    ASSERT_EQ(read.error().errors.size(), 1u) << c.body;
    EXPECT_EQ(read.error().errors[0].pointer, c.pointer) << c.body;
  }
}

}  // namespace
}  // namespace spillway::net
