#include "engine/pacing/prediction.hpp"

#include <random>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const Timestamp now{std::chrono::sys_days(std::chrono::days(20'000))};

GateOutlook batch(std::optional<Timestamp> goes_at, Duration age) {
  return {false, goes_at, {}, age};
}

GateOutlook window(bool open, Timestamp changes_at, Duration open_time) {
  return {open, changes_at, open_time, 24h - open_time};
}

// The slack of a second and the tenth on the queue's time stand in the expected values.
TEST(Prediction, FollowsQueueAndGate) {
  const struct {
    const char* what;
    QueueOutlook outlook;
    std::optional<milliseconds> expected;
  } cases[] = {
      {"nothing waits, no pace", {true, 0, 0ns, 40ms, {}}, 1'040ms},
      {"nobody takes it", {false, 0, 0ns, 40ms, {}}, std::nullopt},
      {"nine ahead, a hundred a second", {true, 9, 10ms, 40ms, {}}, 110ms + 1'040ms},
      {"a long queue", {true, 999'999, 1ms, 0ms, {}}, 1'100s + 1s},
      {"a queue of months", {true, 99'999'999, 1s, 0ms, {}}, std::nullopt},
      {"a batch that gathers",
       {true, 9, 10ms, 40ms, batch(now + 5min, 10min)},
       5min + 110ms + 1'040ms},
      {"a batch that begins with it",
       {true, 0, 0ns, 40ms, batch(std::nullopt, 10min)},
       10min + 1'040ms},
      {"a batch that went out since",
       {true, 0, 0ns, 40ms, batch(now - 1s, 10min)},
       10min + 1'040ms},
      {"a window that is open", {true, 9, 1s, 0ms, window(true, now + 1h, 6h)}, 11s + 1s},
      {"a window that will open", {true, 9, 1s, 0ms, window(false, now + 1h, 6h)}, 1h + 11s + 1s},
      {"a window that closes before its turn",
       {true, 99, 100s, 0ms, window(true, now + 1h, 6h)},
       1h + 18h + (11'000s - 1h) + 1s},
      {"three windows and a part",
       {true, 999, 60s, 0ms, window(false, now + 1h, 6h)},
       1h + 3 * 24h + (66'000s - 18h) + 1s},
      {"just a window",
       {true, 359, 54'545'454ns, 0ms, window(false, now + 1h, 21'600ms)},
       1h + 21'600ms + 1s},
      {"a window that opened since it was told",
       {true, 9, 1s, 0ms, window(false, now - 1h, 6h)},
       11s + 1s},
      {"a window that closed since it was told",
       {true, 9, 1s, 0ms, window(true, now - 1h, 6h)},
       17h + 11s + 1s},
      {"a window that never opens",
       {true, 0, 1s, 0ms, {false, std::nullopt, 6h, 18h}},
       std::nullopt},
      {"a window too short for its queue",
       {true, 99'999, 60s, 0ms, window(true, now + 1s, 1min)},
       std::nullopt},
  };
  for (const auto& one : cases)
    EXPECT_EQ(predict_outcome(one.outlook, now), one.expected) << one.what;
}

TEST(DrainMeter, MeasuresWhileSomethingWaits) {
  const MonotonicTime start{1h};
  DrainMeter meter;
  meter.left(1, false, start);
  meter.left(1, false, start + 10s);
  EXPECT_EQ(meter.interval(), std::nullopt) << "one in ten seconds came, not more";
  meter.left(0, true, start + 20s);
  for (int i = 1; i <= 100; ++i) meter.left(1, true, start + 20s + i * 10ms);
  EXPECT_EQ(meter.interval(), 10ms);
  meter.left(0, false, start + 21s);
  meter.left(0, true, start + 60s);
  meter.left(3, true, start + 63s);
  EXPECT_EQ(meter.interval(), (10ms + 1s) / 2) << "smoothed";
  meter.left(0, true, start + 63s + 800ms);
  EXPECT_EQ(meter.interval(), (10ms + 1s) / 2);
  meter.left(0, true, start + 65s);
  EXPECT_EQ(meter.interval(), 2s) << "nothing has left for so long";
}

TEST(AnswerTimes, CoverNearlyAllOfThem) {
  AnswerTimes times;
  EXPECT_EQ(times.nearly_always(), std::nullopt);
  times.observe(100ms);
  EXPECT_EQ(times.nearly_always(), 300ms);
  std::mt19937_64 random(3);
  int beyond = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Duration time(10'000 + random() % 190'000);
    if (time > *times.nearly_always()) ++beyond;
    times.observe(time);
  }
  EXPECT_LT(beyond, 50);
}

}  // namespace
}  // namespace spillway
