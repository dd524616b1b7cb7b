#include "engine/calendar/posix_time_zone.hpp"

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono;

TEST(PosixTimeZone, KnowsTheChangesOfAYear) {
  const struct {
    const char* text;
    year in;
    std::vector<OffsetChange> changes;
  } cases[] = {
      {"JST-9", 2026y, {}},
      {"<+0545>-5:45", 2026y, {}},
      {"EST5EDT,M3.2.0,M11.1.0",
       2026y,
       {{sys_days(2026y / 3 / 8) + 7h, -4h}, {sys_days(2026y / 11 / 1) + 6h, -5h}}},
      {"CET-1CEST,M3.5.0,M10.5.0/3",
       2027y,
       {{sys_days(2027y / 3 / 28) + 1h, 2h}, {sys_days(2027y / 10 / 31) + 1h, 1h}}},
      {"IST-1GMT0,M10.5.0,M3.5.0/1",  // Irish time is "standard" in summer
       2026y,
       {{sys_days(2026y / 3 / 29) + 1h, 1h}, {sys_days(2026y / 10 / 25) + 1h, 0h}}},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3",  // the south
       2026y,
       {{sys_days(2026y / 4 / 4) + 16h, 10h}, {sys_days(2026y / 10 / 3) + 16h, 11h}}},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",  // times before midnight
       2026y,
       {{sys_days(2026y / 3 / 29) + 1h, -1h}, {sys_days(2026y / 10 / 25) + 1h, -2h}}},
      {"AAA3BBB2:30,J60/1,300/26",
       2024y,
       {{sys_days(2024y / 3 / 1) + 4h, -2h - 30min},
        {sys_days(2024y / 10 / 28) + 4h + 30min, -3h}}},
  };
  for (const auto& one : cases) {
    const auto rule = zone_rule_from(one.text);
    ASSERT_TRUE(rule) << one.text;
    EXPECT_EQ(changes_of(*rule, one.in), one.changes) << one.text;
  }
}

TEST(PosixTimeZone, RefusesWhatIsNoRule) {
  for (const char* text : {"", "J", "JST", "JST-25", "<JST-9", "JST-9JDT", "JST-9JDT,M3.2.0",
                           "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
                           "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "EST5EDT,J0,J366",
                           "EST5EDT,M3.2.0/168,M11.1.0", "EST5:60", "EST5EDT,M3.2,M11.1.0"})
    EXPECT_FALSE(zone_rule_from(text)) << text;
}

}  // namespace
}  // namespace spillway
