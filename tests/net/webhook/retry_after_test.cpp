#include "net/webhook/retry_after.hpp"

#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"
#include "net/http/http_date.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp moment = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1) + 11h + 30min;

TEST(HttpDate, ReadsTheThreeFormsOfATime) {
  const Timestamp expected =
      std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(read_http_date(text, moment), expected) << text;
  EXPECT_EQ(read_http_date("Tuesday, 01-Dec-26 11:30:00 GMT", moment), moment);
  EXPECT_EQ(read_http_date("Sun Nov 16 08:49:37 1994", moment), expected + 24h * 10);
  EXPECT_EQ(read_http_date(http_date_now(), moment).has_value(), true);
}

TEST(HttpDate, ReadsNothingElse) {
  for (const char* text :
       {"", "Sun", "Sun,", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "1994-11-06T08:49:37Z", "Sun Nov 6 08:49:37 1994"})
    EXPECT_EQ(read_http_date(text, moment), std::nullopt) << text;
}

TEST(RetryAfter, IsSecondsOrADateAndBounded) {
  constexpr Duration longest = limits::webhook_retry_after_max;
  EXPECT_EQ(read_retry_after("120", moment), Duration(2min));
  EXPECT_EQ(read_retry_after(" 0\t", moment), Duration::zero());
  EXPECT_EQ(read_retry_after("99999999999999999999999999", moment), longest);
  EXPECT_EQ(read_retry_after("Tue, 01 Dec 2026 11:31:30 GMT", moment), Duration(90s));
  EXPECT_EQ(read_retry_after("Tue, 01 Dec 2026 11:00:00 GMT", moment), Duration::zero());
  EXPECT_EQ(read_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", moment), longest);
  for (const char* text : {"", "-5", "1.5", "soon", "+7"})
    EXPECT_EQ(read_retry_after(text, moment), std::nullopt) << text;
}

}  // namespace
}  // namespace spillway::net
