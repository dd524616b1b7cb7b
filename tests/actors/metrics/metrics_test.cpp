#include "actors/metrics/metrics.hpp"

#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Timestamp now{std::chrono::seconds(1'000)};

Configuration two_relays() {
  Configuration configuration;
  configuration.relays.resize(2);
  configuration.relays[0].id = RelayId{1};
  configuration.relays[0].name = "east";
  configuration.relays[1].id = RelayId{2};
  configuration.relays[1].name = "we\"st";
  return configuration;
}

class MetricsText : public testing::Test {
 protected:
  Metrics metrics_{two_relays(), [] { return now; }};
};

TEST_F(MetricsText, ShowsWhatWasCounted) {
  metrics_.orders_accepted.add(3);
  metrics_.orders_refused[static_cast<std::size_t>(Refusal::full)].add();
  metrics_.orders_reached[static_cast<std::size_t>(Status::authorized)].add(2);
  metrics_.relay(RelayId{2}).timeouts.add(4);
  metrics_.relay(RelayId{1}).line_up.set(1);
  metrics_.relay(RelayId{1}).approvals_unlike_request.add(2);
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text,
              HasSubstr("\nspillway_relay_approvals_unlike_request_total{relay=\"east\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_orders_accepted_total 3\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_orders_refused_total{reason=\"full\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_orders_outcome_total{status=\"authorized\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_relay_timeouts_total{relay=\"we\\\"st\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_relay_line_up{relay=\"east\"} 1\n"));
}

TEST_F(MetricsText, AQueueHasLengthAgeAndBothRates) {
  QueueMetrics& queue = metrics_.relay(RelayId{1}).authorization;
  queue.length.set(5);
  queue.in.add(9);
  queue.out.add(4);
  queue.set_oldest(now - std::chrono::milliseconds(2'500));
  const std::string text = metrics_.to_prometheus_text();
  const std::string labels = "{queue=\"authorization\",relay=\"east\"} ";
  EXPECT_THAT(text, HasSubstr("\nspillway_queue_length" + labels + "5\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_queue_oldest_age_seconds" + labels + "2.5\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_queue_in_total" + labels + "9\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_queue_out_total" + labels + "4\n"));
}

TEST_F(MetricsText, SaysHowPromisesHeld) {
  RelayMetrics& relay = metrics_.relay(RelayId{1});
  relay.promises_kept.add(9);
  relay.promises_missed.add(2);
  relay.promises_missed_us.add(1'500'000);
  relay.verdicts_late.add();
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_promises_total{relay=\"east\",result=\"kept\"} 9\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_promises_total{relay=\"east\",result=\"missed\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_promises_missed_seconds_total{relay=\"east\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_verdicts_total{relay=\"east\",result=\"late\"} 1\n"));
}

TEST_F(MetricsText, AnEmptyQueueHasNoAgeAndAClockThatWentBackNone) {
  QueueMetrics queue;
  EXPECT_EQ(queue.oldest_age(now), Duration::zero());
  queue.set_oldest(now + std::chrono::seconds(1));
  EXPECT_EQ(queue.oldest_age(now), Duration::zero());
  queue.set_oldest(now - std::chrono::seconds(1));
  EXPECT_EQ(queue.oldest_age(now), std::chrono::seconds(1));
  queue.set_oldest(std::nullopt);
  EXPECT_EQ(queue.oldest_age(now), Duration::zero());
}

TEST_F(MetricsText, AnOutcomeIsWhatAnOrderComesTo) {
  for (auto& reached : metrics_.orders_reached) reached.add();
  const std::string text = metrics_.to_prometheus_text();
  for (const char* status : {"approval_needed", "authorized", "refused", "cancelled"})
    EXPECT_THAT(text, HasSubstr("spillway_orders_outcome_total{status=\"" + std::string(status) +
                                "\"} 1\n"));
  for (const char* status : {"received", "authorizing", "in_doubt", "cancelling"})
    EXPECT_THAT(text, Not(HasSubstr("{status=\"" + std::string(status) + "\"}")));
}

TEST_F(MetricsText, LatenciesAreHistogramsOfSeconds) {
  metrics_.acceptance_duration.observe(std::chrono::milliseconds(3));
  metrics_.relay(RelayId{1}).outcome_duration.observe(std::chrono::seconds(40));
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_order_acceptance_seconds_bucket{le=\"0.002\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_order_acceptance_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_order_outcome_seconds_bucket{relay=\"east\",le=\"30\"} "
                              "0\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_order_outcome_seconds_bucket{relay=\"east\",le=\"60\"} "
                              "1\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_order_outcome_seconds_sum{relay=\"east\"} 40\n"));
}

TEST_F(MetricsText, ShowsWhatTheApiAnswered) {
  metrics_.answer_counts = [] {
    return std::vector<net::ApiAnswerCount>{{"/v1/orders/{order}", "GET", '4', 7},
                                            {"", "", '4', 2}};
  };
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_http_answers_total{route=\"/v1/orders/{order}\","
                              "method=\"GET\",status=\"4xx\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("{route=\"\",method=\"\",status=\"4xx\"} 2\n"));
}

TEST_F(MetricsText, AHistogramCountsUpToAndWithItsBounds) {
  for (const auto us : {50, 100, 101, 2'000'000}) {
    metrics_.journal_commit_duration.observe(Duration(us));
  }
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_journal_commit_seconds_bucket{le=\"0.0001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_journal_commit_seconds_bucket{le=\"1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_journal_commit_seconds_bucket{le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_journal_commit_seconds_count 4\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_journal_commit_seconds_sum 2.000251\n"));
}

TEST_F(MetricsText, TheHttpServersCountsAreAskedForWhenSomebodyLooks) {
  EXPECT_THAT(metrics_.to_prometheus_text(), Not(HasSubstr("spillway_http_")));
  net::HttpCounts counts;
  metrics_.http_counts = [&] { return counts; };
  counts.requests_total = 12;
  counts.rejected_total[static_cast<std::size_t>(net::HttpRejection::timed_out)] = 2;
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_http_requests_total 12\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_http_rejected_total{reason=\"timed_out\"} 2\n"));
}

TEST_F(MetricsText, ALostNodeStaysInSightAndOneThatLeftDoesNot) {
  EXPECT_THAT(metrics_.to_prometheus_text(), Not(HasSubstr("spillway_node_")));
  metrics_.nodes.put({.name = "a", .per_second = 500, .outstanding = 3, .answered = 12});
  metrics_.nodes.put({.name = "b"});
  EXPECT_THAT(metrics_.to_prometheus_text(),
              HasSubstr("\nspillway_node_permit_rate{node=\"a\"} 500\n"));
  metrics_.nodes.lost("a");
  metrics_.nodes.left("b");
  const std::string text = metrics_.to_prometheus_text();
  EXPECT_THAT(text, HasSubstr("\nspillway_node_joined{node=\"a\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_node_permit_rate{node=\"a\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_node_outstanding_requests{node=\"a\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nspillway_node_answers_total{node=\"a\"} 12\n"));
  EXPECT_THAT(text, Not(HasSubstr("node=\"b\"")));
}

TEST_F(MetricsText, EveryFamilyIsNamedAsPrometheusAsksAndHasASentenceOfHelp) {
  metrics_.http_counts = [] { return net::HttpCounts{}; };
  metrics_.answer_counts = [] {
    return std::vector<net::ApiAnswerCount>{{"/v1/orders", "POST", '2', 1}};
  };
  metrics_.nodes.put({.name = "node-1"});
  std::set<std::string> names;
  for (const prometheus::MetricFamily& family : metrics_.Collect()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name << " stands twice";
    EXPECT_TRUE(family.name.starts_with("spillway_") || family.name.starts_with("process_"))
        << family.name;
    EXPECT_EQ(family.name.ends_with("_total"), family.type == prometheus::MetricType::Counter)
        << family.name;
    EXPECT_TRUE(family.help.ends_with(".")) << family.name;
    EXPECT_FALSE(family.metric.empty()) << family.name;
  }
}

TEST(Counter, LosesNothingBetweenThreads) {
  Counter counter;
  constexpr std::uint64_t rounds = 100'000;
  const auto add = [&] {
    for (std::uint64_t i = 0; i < rounds; ++i) counter.add();
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(counter.value(), 2 * rounds);
}

}  // namespace
}  // namespace spillway::actors
