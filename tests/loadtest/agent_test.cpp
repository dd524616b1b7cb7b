#include "loadtest/parts/agent.hpp"

#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "loadtest/base/frames.hpp"
#include "loadtest/parts/part_codec.hpp"
#include "loadtest/parts/remote_part.hpp"
#include "loadtest/world/processes.hpp"
#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

// An agent in a thread, listening somewhere.
class Agent {
 public:
  Agent() {
    options_.listen = "127.0.0.1:" + std::to_string(free_port());
    thread_ = std::thread([this] { EXPECT_TRUE(serve_as_agent(options_, stop_)); });
  }
  ~Agent() {
    stop_ = true;
    thread_.join();
  }
  const std::string& address() const { return options_.listen; }

 private:
  AgentOptions options_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

RunPlan plan_for(std::uint16_t port) {
  auto scenario = parse_scenario(
      "name = \"Shared\"\n[target]\nconnections = 8\n[arrivals]\nrate = 200\nduration = \"500ms\"\n"
      "spacing = \"even\"\n",
      "shared.toml");
  EXPECT_TRUE(scenario) << scenario.error().message;
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  return {.scenario = *scenario,
          .target = *find_target(url, false),
          .shops = {{"one", "key-one"}, {"two", "key-two"}},
          .run = "SHAREDRUN0"};
}

// The agent may not listen yet.
std::unique_ptr<LoadPart> open_part(const std::string& address, const RunPlan& plan,
                                    std::uint32_t index, std::uint32_t count) {
  const auto give_up = std::chrono::steady_clock::now() + 20s;
  while (true) {
    auto part = open_remote_part(address, plan, index, count);
    if (part) return std::move(*part);
    if (std::chrono::steady_clock::now() > give_up) {
      ADD_FAILURE() << part.error().message;
      return nullptr;
    }
  }
}

TEST(Agents, SendTheirSharesAndAreMergedIntoOneRun) {
  ScriptedServer server(
      [](std::uint64_t number, std::string_view) { return ScriptedAnswer{accepted_text(number)}; });
  const RunPlan plan = plan_for(server.port());
  Agent first;
  Agent second;
  std::vector<std::unique_ptr<LoadPart>> parts;
  parts.push_back(open_part(first.address(), plan, 0, 2));
  parts.push_back(open_part(second.address(), plan, 1, 2));
  for (const auto& part : parts) ASSERT_TRUE(part != nullptr && part->connect());
  for (const auto& part : parts) ASSERT_TRUE(part->start(50ms));
  PartResult sum{.measured = Measurements(window_length_for(plan.scenario.duration())),
                 .records = {},
                 .health = {}};
  for (const auto& part : parts) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!part->progress()->finished && std::chrono::steady_clock::now() < give_up) {
      std::this_thread::yield();
    }
    auto result = part->result(true);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->measured.count(Count::accepted), 50U);
    EXPECT_FALSE(result->health.machine.empty());
    merge(sum, std::move(*result));
  }
  EXPECT_EQ(sum.measured.count(Count::accepted), 100U);
  EXPECT_EQ(sum.measured.times(Measure::accept).count(), 100U);
  ASSERT_EQ(sum.records.size(), 100U);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(sum.records[i].ordinal, i);
  auto texts = server.texts();
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::unique(texts.begin(), texts.end()), texts.end());
}

TEST(Agents, AnswerNonsenseWithASentence) {
  Agent agent;
  const RunPlan plan = plan_for(1);
  open_part(agent.address(), plan, 0, 1).reset();  // it listens from here on
  struct Question {
    nlohmann::json json;
    const char* error;
  };
  const Question questions[] = {
      {{{"do", "start"}, {"in_ns", 1}}, "nothing was prepared"},
      {{{"undo", 1}}, "the question cannot be read"},
      {{{"do", "prepare"}, {"secret", "wrong"}}, "the secret in SPILLWAY_LOAD_SECRET"},
      {{{"do", "prepare"}, {"secret", ""}, {"scenario", "name = 1"}, {"file", "x.toml"}},
       "x.toml:1: name: must be a text in quotes"},
  };
  for (const Question& question : questions) {
    auto socket = FrameSocket::connect(agent.address());
    ASSERT_TRUE(socket) << socket.error().message;
    ASSERT_TRUE(socket->send(question.json));
    const auto answer = socket->receive();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_NE(answer->at("error").get<std::string>().find(question.error), std::string::npos)
        << answer->dump();
  }
}

TEST(Agents, NeedASecretWhereOthersReachThem) {
  const std::atomic<bool> stop{true};
  const auto served = serve_as_agent({.listen = "0.0.0.0:0"}, stop);
  ASSERT_FALSE(served);
  EXPECT_NE(served.error().message.find("SPILLWAY_LOAD_SECRET"), std::string::npos);
}

TEST(PartCodec, KeepsEverything) {
  PartResult part{.measured = Measurements(2s), .records = {}, .health = {}};
  part.measured.add_accepted(3s, 5ms);
  part.measured.add(Count::accepted, 7);
  part.measured.add_status(202, 7);
  ++part.measured.window(1s).failed;
  part.records = {{.code = 42, .ordinal = 3, .accepted_at_ms = 9, .flags = 1}};
  part.health = {.sender = {.busy_share = 0.5, .busy_share_max = 0.75, .unsent = 2},
                 .machine = "here"};
  const auto read = part_from_json(part_to_json(part));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->measured.times(Measure::accept).max(), 5ms);
  EXPECT_EQ(read->measured.count(Count::accepted), 7U);
  EXPECT_EQ(read->measured.status(202), 7U);
  ASSERT_EQ(read->measured.windows().size(), part.measured.windows().size());
  EXPECT_EQ(read->measured.windows()[0].failed, 1U);
  EXPECT_EQ(read->measured.windows()[1].accept->max(), 5ms);
  ASSERT_EQ(read->records.size(), 1U);
  EXPECT_EQ(read->records[0].code, 42U);
  EXPECT_EQ(read->health.machine, "here");
  auto json = part_to_json(part);
  json["times"][0]["buckets"] = {{9'999'999, 1}};
  EXPECT_FALSE(part_from_json(json));
  EXPECT_FALSE(part_from_json(nlohmann::json::object()));
}

}  // namespace
}  // namespace spillway::loadtest
