#include "actors/metrics/relay_outlook.hpp"

#include <gtest/gtest.h>

namespace spillway::actors {
namespace {

using namespace std::chrono_literals;

TEST(RelayOutlook, SaysNothingBeforeAnybodyTakesOrders) {
  EXPECT_EQ(predict_outcome(RelayOutlook().read(0), Timestamp(1h)), std::nullopt);
}

TEST(RelayOutlook, GivesBackWhatItWasTold) {
  RelayOutlook shown;
  shown.set_waiting(7);
  shown.set_taken(true);
  shown.set_interval(20ms);
  shown.set_answer_time(300ms);
  shown.set_gate({false, Timestamp(2h), 6h, 18h});
  const QueueOutlook read = shown.read(5);
  EXPECT_TRUE(read.taken);
  EXPECT_EQ(read.ahead, 12U) << "those between HTTP and their commit count too";
  EXPECT_EQ(read.interval, 20ms);
  EXPECT_EQ(read.answer_time, 300ms);
  EXPECT_FALSE(read.gate.open);
  EXPECT_EQ(read.gate.changes_at, Timestamp(2h));
  EXPECT_EQ(read.gate.open_time, 6h);
  EXPECT_EQ(read.gate.closed_time, 18h);
  shown.set_gate({});
  EXPECT_EQ(shown.read(0).gate.changes_at, std::nullopt);
  EXPECT_TRUE(shown.read(0).gate.open);
}

}  // namespace
}  // namespace spillway::actors
