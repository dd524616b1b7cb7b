#include "net/text/timestamp.hpp"

#include <gtest/gtest.h>

namespace spillway::net {
namespace {

using namespace std::chrono;

TEST(TimestampText, IsReadAsRfc3339Says) {
  const Timestamp base = sys_days(2026y / 11 / 21) + 9h + 5min + 7s;
  const struct {
    const char* text;
    Timestamp time;
  } cases[] = {
      {"2026-11-21T09:05:07Z", base},
      {"2026-11-21t09:05:07z", base},
      {"2026-11-21T09:05:07.000123Z", base + 123us},
      {"2026-11-21T09:05:07.5Z", base + 500ms},
      {"2026-11-21T09:05:07.1234569999Z", base + 123'456us},
      {"2026-11-21T18:05:07+09:00", base},
      {"2026-11-20T23:35:07-09:30", base},
      {"2026-11-21T09:05:60Z", base + 53s},
      {"2028-02-29T00:00:00Z", sys_days(2028y / 2 / 29)},
      {"1970-01-01T00:00:00.000001Z", Timestamp(1us)},
      {"9999-12-31T23:59:59Z", sys_days(9999y / 12 / 31) + 24h - 1s},
  };
  for (const auto& one : cases) EXPECT_EQ(timestamp_from(one.text), one.time) << one.text;
}

TEST(TimestampText, IsRefusedInEveryOtherForm) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-21",
                           "2026-11-21T09:05Z",
                           "2026-11-21T09:05:07",
                           "2026-11-21 09:05:07Z",
                           "2026-13-21T09:05:07Z",
                           "2026-02-29T09:05:07Z",
                           "2026-11-21T24:05:07Z",
                           "2026-11-21T09:60:07Z",
                           "2026-11-21T09:05:61Z",
                           "2026-11-21T09:05:07.Z",
                           "2026-11-21T09:05:07,5Z",
                           "2026-11-21T09:05:07+0900",
                           "2026-11-21T09:05:07+24:00",
                           "2026-11-21T09:05:07Zx",
                           "26-11-21T09:05:07Z",
                           "+026-11-21T09:05:07Z",
                           "1969-12-31T23:59:59Z",
                           "1970-01-01T00:00:00Z",
                           "1970-01-01T00:00:00.0000009Z",
                           "1970-01-01T00:00:00+00:01",
                           "0000-01-01T00:00:00Z"})
    EXPECT_EQ(timestamp_from(text), std::nullopt) << text;
}

}  // namespace
}  // namespace spillway::net
