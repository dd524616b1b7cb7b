#include "engine/calendar/daily_window.hpp"

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year;

// New York in 2026: summer time from 8 March 07:00 UTC to 1 November 06:00 UTC.
const TimeZone new_york{
    "America/New_York",
    -5h,
    {{sys_days(year(2026) / 3 / 8) + 7h, -4h}, {sys_days(year(2026) / 11 / 1) + 6h, -5h}}};
const TimeZone tokyo{"Asia/Tokyo", 9h, {}};

Timestamp utc(unsigned month, unsigned day, Duration of_day) {
  return sys_days(year(2026) / static_cast<int>(month) / static_cast<int>(day)) + of_day;
}

TEST(TimeZone, KnowsTheOffsetOfEveryInstant) {
  EXPECT_EQ(new_york.offset_at(utc(1, 1, 0h)), -5h);
  EXPECT_EQ(new_york.offset_at(utc(3, 8, 7h) - 1us), -5h);
  EXPECT_EQ(new_york.offset_at(utc(3, 8, 7h)), -4h);
  EXPECT_EQ(new_york.offset_at(utc(12, 1, 0h)), -5h);
  EXPECT_EQ(new_york.next_change(utc(3, 8, 7h)), utc(11, 1, 6h));
  EXPECT_EQ(new_york.next_change(utc(11, 1, 6h)), std::nullopt);
  EXPECT_EQ(tokyo.offset_at(utc(3, 8, 7h)), 9h);
}

// The instants at which a window opens and closes, one after the other, in UTC.
struct WindowCase {
  const char* what;
  DailyWindow window;
  Timestamp from;
  bool open;
  std::vector<Timestamp> changes;
};

std::vector<WindowCase> window_cases() {
  return {
      {"over midnight, far from UTC",
       {23h, 5h, tokyo},
       utc(6, 1, 0h),  // 09:00 in Tokyo
       false,
       {utc(6, 1, 14h), utc(6, 1, 20h), utc(6, 2, 14h), utc(6, 2, 20h)}},
      {"within a day",
       {1h + 30min, 2h, {}},
       utc(6, 1, 1h + 45min),
       true,
       {utc(6, 1, 2h), utc(6, 2, 1h + 30min)}},
      {"its very edges",
       {1h, 2h, {}},
       utc(6, 1, 1h),
       true,
       {utc(6, 1, 2h), utc(6, 2, 1h), utc(6, 2, 2h)}},
      {"a day of 23 hours: over the change, an hour less",
       {23h, 5h, new_york},
       utc(3, 8, 3h),  // 22:00 on the 7th
       false,
       {utc(3, 8, 4h), utc(3, 8, 9h), utc(3, 9, 3h)}},
      {"a day of 25 hours: over the change, an hour more",
       {23h, 5h, new_york},
       utc(11, 1, 2h),  // 22:00 on the 31st
       false,
       {utc(11, 1, 3h), utc(11, 1, 10h), utc(11, 2, 4h)}},
      {"it begins in the hour that is passed over: opens when that is over",
       {2h + 30min, 3h + 30min, new_york},
       utc(3, 8, 0h),
       false,
       {utc(3, 8, 7h), utc(3, 8, 7h + 30min), utc(3, 9, 6h + 30min)}},
      {"it ends in the hour that is passed over: closes at its beginning",
       {1h, 2h + 30min, new_york},
       utc(3, 8, 5h),
       false,
       {utc(3, 8, 6h), utc(3, 8, 7h), utc(3, 9, 5h)}},
      {"it lies in the hour that is passed over: not on that day",
       {2h, 2h + 30min, new_york},
       utc(3, 7, 12h),
       false,
       {utc(3, 9, 6h), utc(3, 9, 6h + 30min)}},
      {"it ends where the clock is put back: the hour takes place twice",
       {1h, 2h, new_york},
       utc(11, 1, 4h),
       false,
       {utc(11, 1, 5h), utc(11, 1, 7h), utc(11, 2, 6h)}},
      {"it lies within the hour that comes twice: twice",
       {1h, 1h + 30min, new_york},
       utc(11, 1, 4h),
       false,
       {utc(11, 1, 5h), utc(11, 1, 5h + 30min), utc(11, 1, 6h), utc(11, 1, 6h + 30min),
        utc(11, 2, 6h)}},
  };
}

TEST(DailyWindow, OpensAndClosesByTheWallClock) {
  for (const WindowCase& one : window_cases()) {
    Timestamp now = one.from;
    bool open = one.open;
    EXPECT_EQ(one.window.is_open(now), open) << one.what;
    for (std::size_t i = 0; i < one.changes.size(); ++i) {
      const auto next = one.window.next_change(now);
      ASSERT_TRUE(next) << one.what << ", change " << i;
      EXPECT_EQ(*next, one.changes[i])
          << one.what << ", change " << i << ", "
          << std::chrono::duration_cast<minutes>(*next - one.changes[i]).count() << " min off";
      EXPECT_EQ(one.window.is_open(*next - 1us), open) << one.what << ", before change " << i;
      open = !open;
      EXPECT_EQ(one.window.is_open(*next), open) << one.what << ", after change " << i;
      now = *next;
    }
  }
}

TEST(DailyWindow, AgreesWithTheWallClockMinuteByMinuteForAYear) {
  const DailyWindow window{23h + 15min, 1h + 45min, new_york};
  Timestamp now = utc(1, 1, 0h);
  bool open = window.is_open(now);
  Timestamp change = *window.next_change(now);
  for (; now < utc(12, 31, 0h); now += 1min) {
    if (now == change) {
      open = !open;
      change = *window.next_change(now);
    }
    ASSERT_EQ(window.is_open(now), open);
  }
}

TEST(DailyWindow, HasALength) {
  EXPECT_EQ((DailyWindow{23h, 5h, {}}.length()), 6h);
  EXPECT_EQ((DailyWindow{1h, 2h + 30min, {}}.length()), 90min);
}

}  // namespace
}  // namespace spillway
