#include "net/api/operators/case_request.hpp"

#include <gtest/gtest.h>

#include "net/text/json_reader.hpp"

namespace spillway::net {
namespace {

Result<std::shared_ptr<ControlBody>, Refusal> read_case(std::string_view body) {
  JsonReader json;
  return read_case_resolution(json, HttpMethod::post, body);
}

TEST(CaseRequest, HoldsWhatAPersonSays) {
  const auto body =
      read_case(R"({"outcome": "authorized", "note": "Mr Ito", "approval_code": "T7"})");
  ASSERT_TRUE(body);
  const auto& request = dynamic_cast<const CaseRequest&>(**body);
  EXPECT_EQ(request.outcome, CaseOutcome::authorized);
  EXPECT_EQ(request.note, "Mr Ito");
  EXPECT_EQ(request.approval_code.view(), "T7");
  const auto plain = read_case(R"({"note": "Mr Ito", "outcome": "not_charged"})");
  ASSERT_TRUE(plain);
  EXPECT_EQ(dynamic_cast<const CaseRequest&>(**plain).outcome, CaseOutcome::not_charged);
}

TEST(CaseRequest, NamesEachFieldThatIsWrong) {
  const struct {
    const char* body;
    const char* pointer;
    const char* detail;
  } cases[] = {
      {R"({"note": "x"})", "/outcome", "is needed"},
      {R"({"outcome": "not_charged"})", "/note", "is needed"},
      {R"({"outcome": "charged", "note": "x"})", "/outcome", "must be authorized or not_charged"},
      {R"({"outcome": "authorized", "note": "x", "approval_code": "A1 2"})", "/approval_code",
       "must be 1 to 6 letters and digits"},
      {R"({"outcome": "not_charged", "note": "x", "approval_code": "A12"})", "/approval_code",
       "has a meaning only with authorized"},
      {R"({"outcome": "authorized", "note": "x", "by": "me"})", "/by", "is not known"},
  };
  for (const auto& each : cases) {
    const auto body = read_case(each.body);
    ASSERT_FALSE(body) << each.body;
    EXPECT_EQ(body.error().status, 422) << each.body;
    ASSERT_EQ(body.error().errors.size(), 1U) << each.body;
    EXPECT_EQ(body.error().errors[0].pointer, each.pointer);
    EXPECT_EQ(body.error().errors[0].detail, each.detail);
  }
  const std::string long_note =
      R"({"outcome": "not_charged", "note": ")" + std::string(case_note_max + 1, 'x') + R"("})";
  EXPECT_FALSE(read_case(long_note));
  EXPECT_EQ(read_case("[]").error().status, 400);
  EXPECT_EQ(read_case("{").error().status, 400);
}

}  // namespace
}  // namespace spillway::net
