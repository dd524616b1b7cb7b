#include "net/text/toml_reader.hpp"

#include <gtest/gtest.h>

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

TEST(TomlReader, DurationsHaveAUnit) {
  struct Example {
    std::string text;
    std::optional<Duration> duration;
  };
  const std::vector<Example> examples = {
      {"5s", 5s},
      {"200ms", 200ms},
      {"10m", 10min},
      {"24h", 24h},
      {"0ms", 0ms},
      {"5", {}},
      {"s", {}},
      {"-5s", {}},
      {"5 s", {}},
      {"5sec", {}},
      {"", {}},
      {"1.5s", {}},
      {"5s ", {}},
      {"5us", {}},
      {"9999999999999h", {}},
      {"99999999999999999999s", {}},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(duration_from(example.text), example.duration) << example.text;
  }
}

TEST(TomlReader, DurationsAreWrittenInTheLargestUnitThatFits) {
  EXPECT_EQ(to_text(Duration(24h)), "24h");
  EXPECT_EQ(to_text(Duration(90s)), "90s");
  EXPECT_EQ(to_text(Duration(1500ms)), "1500ms");
  EXPECT_EQ(to_text(Duration(7)), "7us");
}

TEST(TomlReader, TheNearestKeyIsAtMostTwoLettersAway) {
  const std::vector<std::string> known = {"listen", "loops", "data"};
  EXPECT_EQ(nearest("lisen", known), "listen");
  EXPECT_EQ(nearest("date", known), "data");
  EXPECT_EQ(nearest("loop", known), "loops");
  EXPECT_EQ(nearest("port", known), std::nullopt);
}

}  // namespace
}  // namespace spillway::net
