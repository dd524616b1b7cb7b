#include "loadtest/base/series.hpp"

#include <gtest/gtest.h>

#include "loadtest/world/queue_watch.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

TEST(Series, KeepsNamesThatComeLater) {
  Series series;
  series.add(1s, {{"a", 1}});
  series.add(2s, {{"b", 5}, {"a", 2}});
  series.add(3s, {{"b", 6}});
  EXPECT_EQ(series.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(series.samples[1].values, (std::vector<double>{2, 5}));
  EXPECT_EQ(series.samples[2].values, (std::vector<double>{0, 6}));
}

TEST(Series, GrowsASecondAlsoWhenACounterBeginsAgain) {
  Series series;
  series.add(1s, {{"tokyo", 10}});
  series.add(3s, {{"tokyo", 30}});
  series.add(4s, {});  // not seen for a moment
  series.add(5s, {{"tokyo", 35}});
  series.add(6s, {{"tokyo", 7}});  // it joined again
  const Series grown = series.growth();
  const double expected[] = {10, 10, 0, 5, 7};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(grown.samples[i].values[0], expected[i]) << i;
}

TEST(QueueWatch, ReadsQueuesAndNodesOutOfMetrics) {
  const auto look = read_metrics(
      "# HELP spillway_queue_length What waits.\n"
      "spillway_queue_length{queue=\"authorization\",relay=\"east\"} 12\n"
      "spillway_queue_length{queue=\"outbox\"} 3\n"
      "spillway_node_answers_total{node=\"tokyo\"} 41\n"
      "spillway_node_joined{node=\"tokyo\"} 1\n"
      "spillway_queue_length{queue=\"broken\"\n");
  ASSERT_EQ(look.queues.size(), 2U);
  EXPECT_EQ(look.queues[0].first, "authorization east");
  EXPECT_EQ(look.queues[0].second, 12);
  ASSERT_EQ(look.nodes.size(), 1U);
  EXPECT_EQ(look.nodes[0].first, "tokyo");
  EXPECT_EQ(look.nodes[0].second, 41);
}

}  // namespace
}  // namespace spillway::loadtest
