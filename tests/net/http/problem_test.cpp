#include "net/http/problem.hpp"

#include <array>

#include <gtest/gtest.h>

namespace spillway::net {
namespace {

TEST(Problem, SaysTypeTitleStatusDetailAndErrors) {
  const std::array errors = {ProblemError{"/card/number", "is not a card number"}};
  EXPECT_EQ(problem_json({.status = 422,
                          .name = "invalid-order",
                          .title = "The order is not valid",
                          .detail = "One field is wrong.",
                          .errors = errors}),
            R"({"type":"/problems/invalid-order","title":"The order is not valid","status":422,)"
            R"("detail":"One field is wrong.",)"
            R"("errors":[{"pointer":"/card/number","detail":"is not a card number"}]})");
}

TEST(Problem, WithoutANameIsAboutItsStatus) {
  EXPECT_EQ(problem_json({.status = 404}),
            R"({"type":"about:blank","title":"Not Found","status":404})");
}

TEST(Problem, EscapesTextAndReplacesWhatIsNotUtf8) {
  EXPECT_EQ(problem_json({.status = 400, .title = "a\"\n", .detail = "\xff"}),
            "{\"type\":\"about:blank\",\"title\":\"a\\\"\\n\",\"status\":400,"
            "\"detail\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace spillway::net
