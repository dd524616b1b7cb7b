#include "engine/pacing/adaptive_rate.hpp"

#include <gtest/gtest.h>

#include "engine/pacing/pacer.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

const MonotonicTime start{1h};
constexpr Duration answer_time_max = 5s;

LineSigns signs(std::uint32_t answered, std::uint32_t too_late = 0, std::uint32_t timed_out = 0,
                Duration answer_time = 20ms) {
  return {answered, 0, too_late, timed_out, answer_time * answered};
}

TEST(AdaptiveRate, FallsAtEachKindOfTroubleToItsPart) {
  const struct {
    const char* what;
    LineSigns signs;
    std::optional<Trouble> trouble;
    double rate;
  } cases[] = {
      {"all is well", signs(1'000), std::nullopt, 100},
      {"every request timed out", signs(0, 0, 20), Trouble::timeouts, 50},
      {"an eighth timed out", signs(700, 0, 100), Trouble::timeouts, 50},
      {"one of a few: a bad card", signs(19, 0, 1), std::nullopt, 100},
      {"two of a few", signs(18, 0, 2), std::nullopt, 100},
      {"a tenth, not more", signs(900, 0, 100), std::nullopt, 100},
      {"a fifth came too late", signs(800, 200), Trouble::too_late, 70},
      {"most issuers are away", {100, 900, 0, 0, 20ms * 100}, std::nullopt, 100},
      {"all are", {0, 1'000, 0, 0, {}}, std::nullopt, 100},
      {"and some are silent", {0, 700, 0, 100, {}}, Trouble::timeouts, 50},
      {"both: the worse counts", signs(500, 250, 250), Trouble::timeouts, 50},
      {"slow answers", signs(100, 0, 0, 541ms), Trouble::answer_time, 80},
      {"slower answers, within the bearable", signs(100, 0, 0, 539ms), std::nullopt, 100},
  };
  for (const auto& one : cases) {
    AdaptiveRate rate(100, answer_time_max, start);
    rate.observe(signs(100));  // 20 ms are usual
    EXPECT_EQ(rate.adapt(start + 1s), std::nullopt);
    rate.observe(one.signs);
    EXPECT_EQ(rate.adapt(start + 2s), one.trouble) << one.what;
    EXPECT_NEAR(rate.per_second(), one.rate, 1e-9) << one.what;
  }
}

TEST(AdaptiveRate, JudgesOnceInAnIntervalAndOnEnoughAnswers) {
  AdaptiveRate rate(100, answer_time_max, start);
  rate.observe(signs(0, 0, 50));
  EXPECT_EQ(rate.adapt(start + 999ms), std::nullopt);
  EXPECT_EQ(rate.adapt(start + 1s), Trouble::timeouts);
  rate.observe(signs(0, 0, 10));
  EXPECT_EQ(rate.adapt(start + 2s), std::nullopt) << "too few to say";
  rate.observe(signs(0, 0, 10));
  EXPECT_EQ(rate.adapt(start + 3s), Trouble::timeouts);
  EXPECT_NEAR(rate.per_second(), 25, 1e-9);
  rate.observe(signs(0, 0, 5));
  EXPECT_EQ(rate.adapt(start + 32s), std::nullopt);
  EXPECT_EQ(rate.adapt(start + 33s), Trouble::timeouts) << "no more come: it is judged by these";
}

TEST(AdaptiveRate, NeverFallsBelowItsFloorNorRisesAboveWhatIsConfigured) {
  AdaptiveRate rate(100, answer_time_max, start);
  MonotonicTime now = start;
  for (int i = 0; i < 50; ++i) {
    rate.observe(signs(0, 0, 20));
    rate.adapt(now += 1s);
  }
  EXPECT_NEAR(rate.per_second(), 2, 1e-9);
  for (int i = 0; i < 50; ++i) {
    rate.observe(signs(20));
    rate.sent(100);
    rate.adapt(now += 1s);
    EXPECT_LE(rate.per_second(), 100);
  }
  EXPECT_EQ(rate.per_second(), 100);
}

TEST(AdaptiveRate, RisesByAStepAnInterval) {
  AdaptiveRate rate(100, answer_time_max, start);
  rate.observe(signs(0, 0, 20));
  rate.adapt(start + 1s);
  EXPECT_NEAR(rate.per_second(), 50, 1e-9);
  rate.observe(signs(1));
  rate.sent(1);
  rate.adapt(start + 2s);
  EXPECT_NEAR(rate.per_second(), 55, 1e-9) << "however few they are";
  rate.sent(1);
  rate.adapt(start + 3s);
  rate.sent(1);
  rate.adapt(start + 4s);
  EXPECT_NEAR(rate.per_second(), 65, 1e-9);
}

TEST(AdaptiveRate, IsBackAfterAQuietNight) {
  for (const Duration night : {20s, 60s, 8 * 3'600s}) {
    AdaptiveRate rate(50, answer_time_max, start);
    MonotonicTime now = start;
    for (int i = 0; i < 20; ++i) {
      rate.observe(signs(0, 0, 20));
      rate.adapt(now += 1s);
    }
    EXPECT_NEAR(rate.per_second(), 1, 1e-9);
    rate.adapt(now + night);  // nobody asked in between
    EXPECT_EQ(rate.per_second(), 50);
  }
}

TEST(AdaptiveRate, IsBackInSecondsWhereAllThatIsSentIsAnswered) {
  AdaptiveRate rate(50, answer_time_max, start);
  MonotonicTime now = start;
  for (int i = 0; i < 20; ++i) {
    rate.observe(signs(0, 0, 20));
    rate.adapt(now += 1s);
  }
  for (int i = 0; i < 8; ++i) {
    const auto sent = static_cast<std::uint32_t>(rate.per_second());
    rate.sent(sent);
    rate.observe(signs(sent));
    rate.adapt(now += 1s);
  }
  EXPECT_EQ(rate.per_second(), 50);
}

TEST(AdaptiveRate, RisesFromItsFloorThoughHereAndThereACardIsBad) {
  AdaptiveRate rate(50, answer_time_max, start);
  MonotonicTime now = start;
  for (int i = 0; i < 20; ++i) {
    rate.observe(signs(0, 0, 20));
    rate.adapt(now += 1s);
  }
  for (int i = 0; i < 120; ++i) {
    rate.sent(1);
    rate.observe(i % 20 == 0 ? signs(0, 0, 1) : signs(1));
    rate.adapt(now += 1s);
  }
  EXPECT_GT(rate.per_second(), 10);
}

TEST(AdaptiveRate, ServesWhatWaitsInTheTimeThatSomebodyChose) {
  const auto fallen = [](double configured, double least) {
    AdaptiveRate rate(configured, answer_time_max, start);
    MonotonicTime now = start;
    for (int i = 0; i < 50; ++i) {
      rate.keep_above(least);
      rate.sent(100);
      rate.observe(signs(0, 0, 20));
      rate.adapt(now += 1s);
    }
    return rate.per_second();
  };
  EXPECT_NEAR(fallen(50, 20), 20, 1e-9);
  EXPECT_NEAR(fallen(50, 80), 50, 1e-9) << "never above its contract";
  EXPECT_NEAR(fallen(0, 20), 20, 1e-9);
  EXPECT_NEAR(fallen(0, 0), 1, 1e-9);
}

TEST(AdaptiveRate, NeverFallsBelowOneADay) {
  AdaptiveRate rate(2.0 / 86'400, answer_time_max, start);
  MonotonicTime now = start;
  for (int i = 0; i < 10; ++i) {
    rate.observe(signs(0, 0, 20));
    rate.adapt(now += 1s);
    Pacer(rate.per_second(), now);  // takes no less
  }
  EXPECT_NEAR(rate.per_second(), 1.0 / 86'400, 1e-12);
}

TEST(AdaptiveRate, LimitsWhatHasNoLimitWhileThereIsTrouble) {
  AdaptiveRate rate(0, answer_time_max, start);
  rate.observe(signs(4'000));
  rate.sent(4'000);
  rate.adapt(start + 1s);
  EXPECT_EQ(rate.per_second(), 0) << "no limit";
  rate.observe(signs(1'000, 3'000));
  rate.sent(4'000);
  EXPECT_EQ(rate.adapt(start + 2s), Trouble::too_late);
  EXPECT_NEAR(rate.per_second(), 2'800, 1e-9);
  MonotonicTime now = start + 2s;
  double last = 0;
  int seconds = 0;
  for (; seconds < 60 && rate.per_second() > 0; ++seconds) {
    last = rate.per_second();
    rate.observe(signs(1'000));
    rate.sent(8'000);
    rate.adapt(now += 1s);
  }
  EXPECT_EQ(rate.per_second(), 0);
  EXPECT_GT(last, 4'000);
  EXPECT_LE(seconds, 10);
}

// A few silent cards in the quiet, and then a burst.
TEST(AdaptiveRate, DoesNotTakeTheQuietForTheMostThatACentreBears) {
  AdaptiveRate rate(0, answer_time_max, start);
  rate.sent(4);
  rate.adapt(start + 1s);
  rate.observe(signs(0, 0, 4));
  EXPECT_EQ(rate.adapt(start + 30s), Trouble::timeouts);
  EXPECT_NEAR(rate.per_second(), 10, 1e-9);
}

TEST(AdaptiveRate, TakesItsOwnLeastAnswerTimeForUsual) {
  AdaptiveRate rate(100, 1s, start);
  MonotonicTime now = start;
  for (int i = 0; i < 10; ++i) {
    rate.observe(signs(20, 0, 0, 400ms));
    EXPECT_EQ(rate.adapt(now += 1s), std::nullopt) << "a slow centre is not one in trouble";
  }
  rate.observe(signs(20, 0, 0, 901ms));
  EXPECT_EQ(rate.adapt(now += 1s), Trouble::answer_time);
  for (int i = 0; i < 400; ++i) {
    rate.observe(signs(20, 0, 0, 901ms));
    rate.adapt(now += 1s);
  }
  rate.observe(signs(20, 0, 0, 1'000ms));
  EXPECT_EQ(rate.adapt(now += 1s), std::nullopt) << "after minutes it has become usual";
}

TEST(AdaptiveRate, KeepsWhatItLearntWhenAnotherRateIsConfigured) {
  AdaptiveRate rate(100, answer_time_max, start);
  rate.configure(200);
  EXPECT_EQ(rate.per_second(), 200) << "nothing was wrong";
  rate.observe(signs(0, 0, 20));
  rate.adapt(start + 1s);
  rate.configure(150);
  EXPECT_EQ(rate.per_second(), 100);
  rate.configure(40);
  EXPECT_EQ(rate.per_second(), 40);
  rate.configure(0);
  EXPECT_EQ(rate.per_second(), 0);
}

// A centre that takes 50 a second, is too late for the rest, and for two minutes takes 10.
TEST(AdaptiveRate, FindsWhatACentreBearsAndFollowsItDownAndUp) {
  AdaptiveRate rate(80, answer_time_max, start);
  Pacer pacer(rate.per_second(), start);
  const auto bears = [](Duration since) { return since >= 120s && since < 240s ? 10U : 50U; };
  std::array<double, 3> taken{};   // by phase, in its last minute
  std::array<double, 3> turned{};  // the same, too late
  std::uint32_t in_second = 0;
  for (Duration since = 0s; since < 360s; since += 5ms) {
    const MonotonicTime now = start + since;
    if (since % 1s == 0s) in_second = 0;
    const auto sent = static_cast<std::uint32_t>(pacer.permits(100, now));
    const std::uint32_t room = bears(since) - std::min(bears(since), in_second);
    const std::uint32_t good = std::min(sent, room);
    in_second += good;
    rate.sent(sent);
    rate.observe(signs(good, sent - good));
    rate.adapt(now);
    pacer.set_rate(rate.per_second(), now);
    const auto phase = static_cast<std::size_t>(since / 120s);
    if (since % 120s < 60s) continue;
    taken[phase] += good / 60.0;
    turned[phase] += (sent - good) / 60.0;
  }
  EXPECT_GT(taken[0], 0.85 * 50);
  EXPECT_LT(turned[0], 0.15 * 50);
  EXPECT_GT(taken[1], 0.7 * 10);
  EXPECT_LT(turned[1], 0.3 * 10);
  EXPECT_GT(taken[2], 0.85 * 50) << "it recovered";
}

}  // namespace
}  // namespace spillway
