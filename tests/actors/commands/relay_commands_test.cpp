#include "actors/commands/asking/relay_commands.hpp"

#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/documents/relay_json.hpp"

namespace spillway::actors {
namespace {

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"spillway", "pace"});
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(PaceCommand, SaysWhatIsGivenAndNothingElse) {
  const struct {
    std::vector<const char*> arguments;
    const char* json;
  } cases[] = {
      {{"east", "20"}, R"({"rate":20.0})"},
      {{"east", "0.5", "--kind", "paced"}, R"({"kind":"paced","rate":0.5})"},
      {{"east", "--kind", "batch", "--amount", "500", "--age", "10m"},
       R"({"kind":"batch","amount":500,"age":"10m"})"},
      {{"east", "--kind", "window", "--from", "23:00", "--to", "05:00", "--zone", "Asia/Tokyo"},
       R"({"kind":"window","from":"23:00","to":"05:00","zone":"Asia/Tokyo"})"},
      {{"east", "--as-configured"}, "{}"},
  };
  for (const auto& each : cases) {
    const Command command = parse(each.arguments);
    const auto* pace = std::get_if<PaceCommand>(&command);
    ASSERT_NE(pace, nullptr) << each.json;
    EXPECT_EQ(pace->relay, "east");
    EXPECT_EQ(pacing_json(pace->pacing), each.json);
    EXPECT_EQ(pace->as_configured, each.arguments.back() == std::string("--as-configured"));
  }
}

TEST(PaceCommand, SaysHowWorkIsShared) {
  const struct {
    std::vector<const char*> arguments;
    const char* json;
  } cases[] = {
      {{"east", "--sharing", "remote"}, R"({"mode":"remote"})"},
      {{"east", "--sharing", "spill", "--spill-wait", "50ms", "--spill-waiting", "100",
        "--spill-part", "all"},
       R"({"mode":"spill","wait":"50ms","waiting":100,"part":"all"})"},
      {{"east", "--sharing", "as-configured"}, R"({"mode":"as-configured"})"},
  };
  for (const auto& each : cases) {
    const Command command = parse(each.arguments);
    const auto* pace = std::get_if<PaceCommand>(&command);
    ASSERT_NE(pace, nullptr) << each.json;
    EXPECT_EQ(sharing_json(pace->sharing), each.json);
    EXPECT_EQ(pacing_json(pace->pacing), "{}");
  }
}

TEST(PaceCommand, EndsWithTwoForWrongUsage) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"east"},
                                             {"east", "fast"},
                                             {"east", "5", "--as-configured"},
                                             {"east", "5", "6"},
                                             {"east", "--spill-wait", "50ms"},
                                             {"east", "5", "--sharing", "local"},
                                             {"east", "--as-configured", "--sharing", "local"}}) {
    const Command command = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command));
    EXPECT_EQ(std::get<ExitNow>(command).code, exit_wrong_usage);
  }
}

}  // namespace
}  // namespace spillway::actors
