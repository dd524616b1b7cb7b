#include "actors/commands/asking/nodes_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/documents/node_json.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "spillway");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

NodeEntry example() {
  NodeEntry node;
  node.seen.epoch = 7;
  node.seen.name = "node-1";
  node.seen.lines = {{RelayId{1}, "east", 500, 1'000, 20, 3'000, 0.0125},
                     {RelayId{}, "foreign", 9, 9, 9, 9, 9}};
  return node;
}

std::string state_of(const NodeEntry& node) {
  const auto progress = node_progress(node_json(node));
  return progress ? progress->state : progress.error().message;
}

TEST(NodesCommands, ReadWhatTheyShallDo) {
  const Command nodes = parse({"nodes", "--url", "http://x:1"});
  ASSERT_TRUE(std::holds_alternative<NodesCommand>(nodes));
  EXPECT_EQ(std::get<NodesCommand>(nodes).url, "http://x:1");
  const Command drain = parse({"drain", "node-1", "--no-wait"});
  ASSERT_TRUE(std::holds_alternative<DrainCommand>(drain));
  EXPECT_EQ(std::get<DrainCommand>(drain).node, "node-1");
  EXPECT_TRUE(std::get<DrainCommand>(drain).no_wait);
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"drain"}, {"drain", "Node/1"}, {"nodes", "node-1"}}) {
    const Command wrong = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(wrong));
    EXPECT_EQ(std::get<ExitNow>(wrong).code, exit_wrong_usage);
  }
}

TEST(NodeState, IsDrainedOnlyWhenNothingCanReachTheNodeAnyMore) {
  NodeEntry node = example();
  EXPECT_EQ(state_of(node), "joined");
  node.draining = true;
  EXPECT_EQ(state_of(node), "draining");
  node.seen.lines.resize(1);
  node.seen.lines[0].outstanding = node.seen.lines[0].ours = 0;
  EXPECT_EQ(state_of(node), "draining") << "it has not said so itself";
  node.seen.draining = true;
  EXPECT_EQ(state_of(node), "drained");
  node.seen.permits = 1;
  EXPECT_EQ(state_of(node), "draining") << "a permit is out";
  node.seen.permits = 0;
  node.seen.lines[0].ours = 1;
  EXPECT_EQ(state_of(node), "draining") << "a request is on its way";
  node.lost = true;
  EXPECT_EQ(state_of(node), "lost");
}

TEST(NodeTexts, ShowNodesToPeople) {
  const auto text = nodes_text(nodes_json({example()}));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, HasSubstr("node-1 "));
  EXPECT_THAT(*text, HasSubstr("      500        0         1000     20       3000   12.5 ms  7 "));
  EXPECT_THAT(*text, Not(HasSubstr("foreign")));
  EXPECT_EQ(*nodes_text(nodes_json({})), "no node is joined\n");
  for (const auto* json : {"", "[]", "{}", R"({"nodes": [{}]})"}) EXPECT_FALSE(nodes_text(json));
}

TEST(NodeTexts, CountWhatIsLeftOnce) {
  NodeEntry node = example();
  node.seen.permits = 5;
  const auto progress = node_progress(nodes_json({node}), "node-1");
  ASSERT_TRUE(progress) << progress.error().message;
  EXPECT_EQ(progress->outstanding, 1'005U);
  EXPECT_EQ(progress->per_second, 500);
  EXPECT_FALSE(node_progress(nodes_json({node}), "node-2"));
}

}  // namespace
}  // namespace spillway::actors
