#include "net/api/operators/pace_request.hpp"

#include <gtest/gtest.h>

#include "net/text/json_reader.hpp"

namespace spillway::net {
namespace {

Result<std::shared_ptr<ControlBody>, Refusal> read_pace(const std::string& body) {
  static JsonReader json;
  return read_pace_request(json, HttpMethod::put, body);
}

PacingText pacing_of(const std::string& body) {
  const auto request = read_pace(body);
  EXPECT_TRUE(request) << request.error().detail;
  return request ? dynamic_cast<const PaceRequest&>(**request).pacing : PacingText{};
}

TEST(PaceRequest, TakesWhatIsThere) {
  EXPECT_EQ(pacing_of("{}"), PacingText{});
  EXPECT_EQ(pacing_of(R"({"rate": 50})").rate, 50.0);
  EXPECT_EQ(pacing_of(R"({"rate": 1.25e1})").rate, 12.5);
  EXPECT_EQ(pacing_of(R"({"kind": "batch", "amount": 500, "age": "10m", "rate": null})"),
            (PacingText{"batch", {}, 500, "10m", {}, {}, {}}));
  EXPECT_EQ(
      pacing_of(
          R"({"kind": "window", "from": "23:00", "to": "05:00", "zone": "Asia/Tokyo", "rate": 0.5})"),
      (PacingText{"window", 0.5, {}, {}, "23:00", "05:00", "Asia/Tokyo"}));
}

TEST(PaceRequest, NamesEveryFieldThatIsWrong) {
  const struct {
    const char* body;
    const char* pointer;
  } cases[] = {
      {R"({"rate": "50"})", "/rate"},        {R"({"rate": 1e999})", "/rate"},
      {R"({"kind": 3})", "/kind"},           {R"({"kind": ""})", "/kind"},
      {R"({"amount": 0})", "/amount"},       {R"({"amount": 1.5})", "/amount"},
      {R"({"amount": 1000001})", "/amount"}, {R"({"age": 10})", "/age"},
      {R"({"zone": "a\nb"})", "/zone"},      {R"({"pace": 50})", "/pace"},
  };
  for (const auto& each : cases) {
    const auto request = read_pace(each.body);
    ASSERT_FALSE(request) << each.body;
    EXPECT_EQ(request.error().status, 422) << each.body;
    ASSERT_EQ(request.error().errors.size(), 1U) << each.body;
    EXPECT_EQ(request.error().errors[0].pointer, each.pointer);
  }
}

TEST(PaceRequest, MustBeAnObject) {
  for (const char* body : {"", "[]", "5", "{", R"({"rate": 5, "rate": 6})"}) {
    const auto request = read_pace(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().status, 400) << body;
  }
}

}  // namespace
}  // namespace spillway::net
