#include "loadtest/load/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "loadtest/base/civil_time.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

std::vector<Nanoseconds> all_of(Arrivals arrivals) {
  std::vector<Nanoseconds> times;
  while (const auto time = arrivals.next()) times.push_back(*time);
  return times;
}

std::size_t between(const std::vector<Nanoseconds>& times, Nanoseconds from, Nanoseconds to) {
  return static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), to) -
                                  std::lower_bound(times.begin(), times.end(), from));
}

TEST(Arrivals, AreEvenlySpacedAtAConstantRate) {
  const auto times = all_of(Arrivals(constant_rate(1'000, 10s), Spacing::even, 1));
  ASSERT_EQ(times.size(), 10'000U);
  for (std::size_t i = 0; i < times.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(times[i].count()), static_cast<double>(i) * 1e6, 2);
  }
}

struct Shape {
  const char* name;
  RateProfile profile;
};
std::vector<Shape> shapes() {
  return {
      {"constant", constant_rate(2'000, 20s)},
      {"ramp up from nothing", ramp(0, 4'000, 20s)},
      {"ramp down to nothing", ramp(4'000, 0, 20s)},
      {"stairs", stairs(500, 500, 6, 5s)},
      {"spike", spike({.base = 200,
                       .peak = 8'000,
                       .before = 5s,
                       .rise = 1s,
                       .hold = 4s,
                       .fall = 2s,
                       .after = 5s})},
      {"daily curve", daily_curve(3'000, 48s)},
  };
}

TEST(Arrivals, FollowTheirShapeWithBothSpacings) {
  for (const Shape& shape : shapes()) {
    for (const Spacing spacing : {Spacing::even, Spacing::poisson}) {
      const auto times = all_of(Arrivals(shape.profile, spacing, 5));
      EXPECT_TRUE(std::is_sorted(times.begin(), times.end())) << shape.name;
      EXPECT_LE(times.back(), shape.profile.length()) << shape.name;
      for (Nanoseconds from{}; from < shape.profile.length(); from += 1s) {
        double expected = 0;
        for (int part = 0; part < 1'000; ++part) {
          expected += shape.profile.rate_at(from + part * 1ms + 500us) / 1'000;
        }
        // Even arrivals are off by one at most; five standard deviations of Poisson's.
        const double off = spacing == Spacing::even ? 3 : 5 * std::sqrt(expected) + 3;
        EXPECT_NEAR(static_cast<double>(between(times, from, from + 1s)), expected, off)
            << shape.name << " at " << from / 1s << " s";
      }
    }
  }
}

TEST(Arrivals, ArePoissonWhenAskedFor) {
  const auto times = all_of(Arrivals(constant_rate(1'000, 100s), Spacing::poisson, 11));
  EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 5 * std::sqrt(100'000.0));
  // Gaps of a Poisson process are exponential: mean and standard deviation are equal.
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double gap = static_cast<double>((times[i] - times[i - 1]).count());
    sum += gap;
    squares += gap * gap;
  }
  const double count = static_cast<double>(times.size() - 1);
  const double mean = sum / count;
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean) / mean, 1, 0.02);
}

TEST(Arrivals, AreTheSameForTheSameSeedAndOthersForAnother) {
  const auto profile = spike({.base = 100, .peak = 900, .before = 1s, .rise = 1s, .hold = 1s});
  EXPECT_EQ(all_of(Arrivals(profile, Spacing::poisson, 42)),
            all_of(Arrivals(profile, Spacing::poisson, 42)));
  EXPECT_NE(all_of(Arrivals(profile, Spacing::poisson, 42)),
            all_of(Arrivals(profile, Spacing::poisson, 43)));
}

TEST(Arrivals, AreNoneOfARateOfNothing) {
  EXPECT_TRUE(all_of(Arrivals(constant_rate(0, 10s), Spacing::even, 1)).empty());
  EXPECT_TRUE(all_of(Arrivals(RateProfile(), Spacing::poisson, 1)).empty());
}

TEST(RateProfile, TellsRateLengthAndTotal) {
  const RateProfile steps = stairs(100, 50, 3, 2s);
  EXPECT_EQ(steps.length(), 6s);
  EXPECT_DOUBLE_EQ(steps.total(), 200 + 300 + 400);
  EXPECT_DOUBLE_EQ(steps.rate_at(1s), 100);
  EXPECT_DOUBLE_EQ(steps.rate_at(3s), 150);
  EXPECT_DOUBLE_EQ(steps.rate_at(5s), 200);
  EXPECT_DOUBLE_EQ(steps.rate_at(7s), 0);
}

class RecordedTimes : public testing::Test {
 protected:
  RecordedTimes() { std::filesystem::remove(path_); }
  ~RecordedTimes() override { std::filesystem::remove(path_); }

  Result<std::vector<Nanoseconds>> read(const std::string& text, double speed = 1) {
    std::ofstream(path_) << text;
    return read_recorded_times(path_, speed);
  }

  const std::string path_ =
      testing::TempDir() + "recorded-times-" + std::to_string(getpid()) + ".log";
};

TEST_F(RecordedTimes, AreReplayedFromTheFirstOneOn) {
  const auto times = read(
      "# a log\n1732200000.5 POST /v1/orders\n\n1732200001 GET\n"
      "1732200000.75 POST\n");
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(*times, (std::vector<Nanoseconds>{0s, 250ms, 500ms}));
  EXPECT_EQ(all_of(Arrivals(*times)), *times);
}

TEST_F(RecordedTimes, AreReadAsCivilTimesToo) {
  const auto times = read("2026-11-21T23:59:59.750000Z a\n2026-11-22T00:00:00Z b\n", 2);
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(*times, (std::vector<Nanoseconds>{0s, 125ms}));
}

TEST_F(RecordedTimes, AreRefusedWithTheLineThatIsWrong) {
  const auto refused = read("1.0 a\nnoon b\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            path_ + ":2: does not begin with a time in seconds or as RFC 3339");
  EXPECT_FALSE(read("# nothing\n"));
  EXPECT_FALSE(read("-4\n"));
  EXPECT_FALSE(read("nan\n"));
  EXPECT_FALSE(read_recorded_times("/nowhere/at/all", 1));
}

TEST(CivilTime, IsReadAndWrittenAlike) {
  const auto time = civil_time_from("2026-11-21T22:05:09.123456Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_civil_text(*time), "2026-11-21T22:05:09.123456Z");
  EXPECT_EQ(civil_time_from("2026-11-21T22:05:09.1Z").value() - *time, Duration(-23'456));
  for (const char* same : {"2026-11-22T07:05:09.123456+09:00", "2026-11-21T16:35:09.123456-05:30",
                           "2026-11-21t22:05:09.123456z"})
    EXPECT_EQ(civil_time_from(same), time) << same;
  for (const char* wrong :
       {"", "2026-11-21", "2026-11-21T22:05:09", "2026-13-21T22:05:09Z", "2026-11-21T25:05:09Z",
        "2026-11-21T22:05:09.Z", "2026-11-21T22:05:09+9", "2026-11-21 22:05:09Z"}) {
    EXPECT_FALSE(civil_time_from(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace spillway::loadtest
