#include "sandbox/relay_centre_options.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace spillway::sandbox {
namespace {

using namespace std::chrono_literals;

TEST(RelayCentreOptions, ReadALatency) {
  struct Row {
    std::string_view text;
    LatencyRange expected;
  };
  const std::vector<Row> table{
      {"0", {0us, 0us}},         {"20ms", {20ms, 20ms}}, {"10ms-200ms", {10ms, 200ms}},
      {"500us", {500us, 500us}}, {"0-1s", {0us, 1s}},    {"900us-1ms", {900us, 1ms}},
  };
  for (const Row& row : table) {
    const auto latency = parse_latency(row.text);
    ASSERT_TRUE(latency) << row.text;
    EXPECT_EQ(*latency, row.expected) << row.text;
  }
}

TEST(RelayCentreOptions, RefuseWhatIsNoLatency) {
  for (const std::string_view text :
       {"", "20", "ms", "20 ms", "-20ms", "20ms-", "20ms-10ms", "20min", "2h", "3601s", "1e3ms",
        "99999999999999999999s", "10ms-20ms-30ms"}) {
    const auto latency = parse_latency(text);
    ASSERT_FALSE(latency) << text;
    EXPECT_TRUE(latency.error().message.starts_with("\"" + std::string(text) + "\"")) << text;
  }
}

TEST(RelayCentreOptions, ReadARate) {
  EXPECT_EQ(*parse_rate("500"), 500.0);
  EXPECT_EQ(*parse_rate("0.5"), 0.5);
  for (const std::string_view text : {"", "0", "-1", "x", "5x", "inf", "nan"})
    EXPECT_FALSE(parse_rate(text)) << text;
}

TEST(RelayCentreOptions, ReadFaultsOneByOneOrTogether) {
  auto faults = parse_faults("lost=0.01");
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->lost, 0.01);
  EXPECT_EQ(faults->drop, 0.0);
  faults = parse_faults("late=0.2,double=0.03,garbage=0.04,drop=0.05", *faults);
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->lost, 0.01);
  EXPECT_EQ(faults->late, 0.2);
  EXPECT_EQ(faults->twice, 0.03);
  EXPECT_EQ(faults->garbage, 0.04);
  EXPECT_EQ(faults->drop, 0.05);
  EXPECT_TRUE(parse_faults("lost=1"));
  faults = parse_faults("94=0.1,partial=0.2,unreadable=0.3");
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->odd[static_cast<std::size_t>(Oddity::duplicate)], 0.1);
  EXPECT_EQ(faults->odd[static_cast<std::size_t>(Oddity::partial)], 0.2);
  EXPECT_EQ(faults->odd[static_cast<std::size_t>(Oddity::unreadable)], 0.3);
}

TEST(RelayCentreOptions, RefuseWhatIsNoFault) {
  for (const std::string_view text :
       {"", "lost", "lost=", "lost=x", "lost=1.5", "lost=-0.1", "lost=nan", "stolen=0.1",
        "lost=0.1,", "lost=0.6,late=0.6", "=0.1", "lost=0.5,partial=0.6", "none=0.1"})
    EXPECT_FALSE(parse_faults(text)) << text;
  EXPECT_EQ(parse_faults("stolen=1").error().message,
            "\"stolen=1\": a fault is written lost=0.01; there are lost, late, double, garbage, "
            "drop, partial, amount, currency, 08, 11, 68, 94, no_code, extra, one_bitmap, empty, "
            "advice, key_change, no_stan, approval_text, masked, foreign, unreadable");
}

}  // namespace
}  // namespace spillway::sandbox
