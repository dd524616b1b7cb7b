#include "loadtest/scenario/thresholds.hpp"

#include <gtest/gtest.h>

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

// A hundred orders: one a 100 ms over ten seconds, which took 1 to 100 ms; two failed.
Measurements ten_seconds() {
  Measurements measured;
  for (int i = 0; i < 100; ++i) {
    measured.add_accepted(i * 100ms, (i + 1) * 1ms);
    measured.add(Count::accepted);
    measured.add(Count::arrivals);
    ++measured.window(i * 100ms).arrivals;
  }
  measured.add(Count::sent, 102);
  measured.add(Count::closed, 2);
  return measured;
}

struct Case {
  const char* text;
  bool met;
  const char* sentence;
};
const Case cases[] = {
    {"accept.p50 < 60ms", true, "accept.p50 is 49.9ms, < 60ms"},
    {"accept.p99 < 15ms", false, "accept.p99 is 98.8ms, not < 15ms"},
    {"accept.max <= 100ms", true, "accept.max is 100ms, <= 100ms"},
    {"accept.min >= 2ms", false, "accept.min is 1ms, not >= 2ms"},
    {"accept.count == 100", true, "accept.count is 100, == 100"},
    {"accepted > 99", true, "accepted is 100, > 99"},
    {"errors == 0", false, "errors is 2, not == 0"},
    {"error_share < 0.02", true, "error_share is 0.0196078, < 0.02"},
    {"closed != 2", false, "closed is 2, not != 2"},
    {"rate >= 10", true, "rate is 10, >= 10"},
    {"lost == 0", true, "lost is 0, == 0"},
    {"charged_twice == 0", false, "charged_twice is 1, not == 0"},
    {"inquiry.p99 < 1s", false, "inquiry.p99 was not measured"},
    {"accept.max < 20ms during 0s..1s", true, "accept.max is 10ms, < 20ms during 0ms..1s"},
    {"accept.max < 20ms during 5s..6s", false, "accept.max is 60ms, not < 20ms during 5s..6s"},
    {"arrivals == 20 during 2s..4s", true, "arrivals is 20, == 20 during 2s..4s"},
};

TEST(Threshold, IsJudgedByWhatWasMeasured) {
  const Measurements measured = ten_seconds();
  const AuditFigures audit{.audited = true, .charged_twice = 1};
  for (const Case& one : cases) {
    const auto threshold = Threshold::parse(one.text);
    ASSERT_TRUE(threshold) << one.text << ": " << threshold.error().message;
    const auto verdict = threshold->judge({measured, audit, 10s});
    EXPECT_EQ(verdict.met, one.met) << one.text;
    EXPECT_EQ(verdict.sentence, one.sentence);
  }
}

TEST(Threshold, IsMissedWhenNothingWasMeasuredOrAudited) {
  const Measurements nothing;
  for (const char* text : {"accept.p99 < 15ms", "lost == 0", "outcome.max < 1h"}) {
    EXPECT_FALSE(Threshold::parse(text)->judge({nothing, {}, 10s}).met) << text;
  }
}

struct Flaw {
  const char* text;
  const char* sentence;
};
const Flaw flaws[] = {
    {"accept.p99", R"(must be like "accept.p99 < 15ms" or "accept.p99 < 15ms during 10s..20s")"},
    {"accept.p99 ~ 15ms", "~ is none of < <= > >= == !="},
    {"accept.p99 < 15", "15 is no time like 15ms"},
    {"accept.p101 < 15ms", "p101 is none of p0 to p100, min, max, mean, count"},
    {"accept.q99 < 15ms", "q99 is none of p0 to p100, min, max, mean, count"},
    {"acept.p99 < 15ms", "acept.p99 is no figure of a run; did you mean accept.p99?"},
    {"losst == 0", "losst is no figure of a run; did you mean lost?"},
    {"lost == none", "none is no number"},
    {"lost < 0", "can never be met: no figure is below zero"},
    {"accept.p99 < 0ms", "can never be met: no figure is below zero"},
    {"errors == -1", "can never be met: no figure is below zero"},
    {"accept.p99 < 15ms during 20s..10s", "20s..10s is no part of the run like 10s..20s"},
    {"accept.p99 < 15ms during noon", "noon is no part of the run like 10s..20s"},
    {"outcome.p99 < 1s during 1s..2s",
     "outcome.p99 is not kept over time: a part of the run can be asked of accept, arrivals, "
     "accepted, overloaded, failed and rate"},
};

TEST(Threshold, IsRefusedWithWhatIsWrong) {
  for (const Flaw& flaw : flaws) {
    const auto threshold = Threshold::parse(flaw.text);
    ASSERT_FALSE(threshold) << flaw.text;
    EXPECT_EQ(threshold.error().message, flaw.sentence);
  }
}

TEST(Threshold, ReadsShortTimes) {
  EXPECT_EQ(short_time_from("1.5s"), 1500ms);
  EXPECT_EQ(short_time_from("200us"), 200us);
  EXPECT_EQ(short_time_from("2m"), 2min);
  for (const char* wrong : {"", "ms", "5", "-1s", "1 s", "nans", "1e300h"}) {
    EXPECT_FALSE(short_time_from(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace spillway::loadtest
