#include "actors/documents/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/asking/operator_client.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;

constexpr Timestamp now{std::chrono::seconds(1'000)};

std::string example(bool ready) {
  Configuration configuration;
  configuration.relays.resize(1);
  configuration.relays[0].id = RelayId{4};
  configuration.relays[0].name = "east";
  Metrics metrics(configuration, [] { return now; });
  metrics.orders_accepted.add(12);
  metrics.relays[0].line_up.set(1);
  metrics.relays[0].in_doubt.length.set(2);
  metrics.relays[0].in_doubt.set_oldest(now - std::chrono::milliseconds(1'500));
  return status_json(metrics, ready, now);
}

TEST(Status, IsReadable) {
  const auto text = status_text(example(true));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, HasSubstr("takes orders"));
  EXPECT_THAT(*text, HasSubstr("orders accepted         12\n"));
  EXPECT_THAT(*text, HasSubstr("relay east              up, waiting 0, in doubt 2 (oldest 1.5 s)"));
  const auto not_ready = status_text(example(false));
  ASSERT_TRUE(not_ready);
  EXPECT_THAT(*not_ready, HasSubstr("does not take orders"));
}

TEST(Status, SpeaksOfAReaderOnlyWhenItIsTooOld) {
  constexpr std::int64_t max_us = Duration(limits::reader_age_max).count();
  for (const auto& [age_us, spoken] : {std::pair(max_us, false), {max_us + 60'000'000, true}}) {
    Metrics metrics(Configuration{}, [] { return now; });
    metrics.data_files[1].reader_age_us.set(age_us);
    metrics.data_files[1].grown_bytes.set(3 << 19);
    const auto text = status_text(status_json(metrics, true, now));
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(text->find("A reader has held the views for 6 minutes, which grew by 1.5 MiB") !=
                  std::string::npos,
              spoken)
        << *text;
  }
}

TEST(Status, SaysWhetherNodesAreMissingOrIdle) {
  Configuration configuration;
  configuration.relays.resize(1);
  Metrics metrics(configuration, [] { return now; });
  const auto nodes_row = [&] {
    const auto text = status_text(status_json(metrics, true, now));
    return text ? text->substr(text->find("\nnodes ")) : text.error().message;
  };
  const auto flows = [&](std::int64_t second, std::uint64_t arrived, std::uint64_t left) {
    metrics.nodes.sample(MonotonicTime(std::chrono::seconds(second)), arrived, left);
  };
  EXPECT_THAT(nodes_row(), HasSubstr("none joined\n"));
  metrics.relays[0].authorization.length.set(9);
  flows(10, 0, 0);
  flows(12, 1'400, 600);
  EXPECT_THAT(nodes_row(), HasSubstr("none joined; 700 orders a second arrive and 300 get done: "
                                     "nodes are missing\n"));
  metrics.nodes.put({.name = "a", .per_second = 100, .outstanding = 3});
  metrics.nodes.put({.name = "b", .per_second = 200});
  metrics.nodes.put({.name = "c", .per_second = 300});
  metrics.nodes.lost("c");
  EXPECT_THAT(nodes_row(), HasSubstr("2 joined, 1 of them idle; 1 lost; 700 orders a second arrive "
                                     "and 300 get done: 2 more like these would hold it\n"));
  flows(14, 2'000, 1'400);
  EXPECT_THAT(nodes_row(), HasSubstr("2 joined, 1 of them idle; 1 lost\n"))
      << "300 arrive and 400 get done";
  metrics.nodes.left("c");
  EXPECT_THAT(nodes_row(), HasSubstr("2 joined, 1 of them idle\n"));
  metrics.nodes.put({.name = "b", .draining = true});
  EXPECT_THAT(nodes_row(), HasSubstr("2 joined, 0 of them idle, 1 draining\n"));
  metrics.nodes.put({.name = "b"});
  EXPECT_THAT(nodes_row(), HasSubstr("2 joined, 0 of them idle\n")) << "its lines are down";
}

TEST(Status, AnotherSystemsAnswerIsAnError) {
  for (const auto* json : {"", "hello", "[]", "{}", R"({"version": 3, "ready": true})"}) {
    EXPECT_FALSE(status_text(json)) << json;
  }
}

TEST(Status, ASystemThatIsNotThereIsAnError) {
  // Port 9 of the loopback: "discard", which nobody runs.
  const auto answer = ask_as_operator("http://127.0.0.1:9", "key", "GET", "/v1/status");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("http://127.0.0.1:9: "));
}

}  // namespace
}  // namespace spillway::actors
