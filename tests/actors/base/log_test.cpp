#include "actors/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway::actors {
namespace {

TEST(Log, ALineIsKeysAndValues) {
  EXPECT_EQ(log_line("line_up", {{"relay", "east"}, {"attempts", 3}, {"rate", 0.5}}),
            "event=line_up relay=east attempts=3 rate=0.500000");
}

TEST(Log, ValuesFromOutsideCannotMakeALineOrAFieldOfTheirOwn) {
  struct Example {
    std::string value;
    std::string written;
  };
  const std::vector<Example> examples = {
      {"plain", "plain"},
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a=b", "\"a=b\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"x\nevent=forged", "\"x\\x0aevent=forged\""},
      {"\x1b[31m", "\"\\x1b[31m\""},
      {"é", "é"},
      {"{}", "{}"},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(log_line("e", {{"v", example.value}}), "event=e v=" + example.written);
  }
}

TEST(Log, ALineGoesToStandardErrorWithTimeAndLevel) {
  testing::internal::CaptureStderr();
  log(LogLevel::warning, "disk_low", {{"left", "{} %s"}});
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::MatchesRegex("time=20[0-9-]+T[0-9:.]+Z level=warning event=disk_low "
                                    "left=\"\\{\\} %s\"\n"));
}

TEST(Log, EventsBelowTheLevelAreDropped) {
  set_log_level(LogLevel::warning);
  testing::internal::CaptureStderr();
  log(LogLevel::info, "quiet");
  log(LogLevel::error, "loud");
  const std::string written = testing::internal::GetCapturedStderr();
  set_log_level(LogLevel::info);
  EXPECT_THAT(written, testing::Not(testing::HasSubstr("quiet")));
  EXPECT_THAT(written, testing::HasSubstr("event=loud"));
}

}  // namespace
}  // namespace spillway::actors
