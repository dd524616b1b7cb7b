#include "net/http/http_message.hpp"

#include <array>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include "net/http/http_date.hpp"

namespace spillway::net {
namespace {

TEST(HttpMessage, FindsTheFirstHeaderOfANameInAnyCase) {
  const std::array headers = {HttpHeader{"Host", "shop"}, HttpHeader{"X-Key", "1"},
                              HttpHeader{"x-key", "2"}};
  HttpRequest request;
  request.headers = headers;
  EXPECT_EQ(request.find("x-KEY"), "1");
  EXPECT_EQ(request.find("host"), "shop");
  EXPECT_EQ(request.find("x-ke"), std::nullopt);
}

TEST(HttpMessage, KnowsTheReasonsOfItsStatuses) {
  EXPECT_EQ(http_reason(100), "Continue");
  EXPECT_EQ(http_reason(202), "Accepted");
  EXPECT_EQ(http_reason(505), "HTTP Version Not Supported");
  EXPECT_EQ(http_reason(299), "Unknown");
  EXPECT_EQ(http_reason(999), "Unknown");
}

TEST(HttpDate, IsNowAsAnImfFixdate) {
  const std::time_t before = std::time(nullptr) - 1;  // the coarse clock may be a tick behind
  const std::string date(http_date_now());
  const std::time_t after = std::time(nullptr);
  std::tm parsed{};
  const char* end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parsed);
  ASSERT_NE(end, nullptr) << date;
  EXPECT_EQ(*end, '\0');
  EXPECT_GE(timegm(&parsed), before);
  EXPECT_LE(timegm(&parsed), after);
}

}  // namespace
}  // namespace spillway::net
