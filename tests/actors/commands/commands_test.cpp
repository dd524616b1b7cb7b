#include "actors/commands/data/commands.hpp"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "net/api/common/api_keys.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "spillway");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLine, ServeTakesAConfigurationOrTheDemo) {
  const auto demo = parse({"serve", "--demo"});
  ASSERT_TRUE(std::holds_alternative<ServeCommand>(demo));
  EXPECT_TRUE(std::get<ServeCommand>(demo).demo);
  EXPECT_EQ(std::get<ServeCommand>(demo).listen, std::nullopt);

  const auto configured =
      parse({"serve", "--config", "f.toml", "--data", "d", "--listen", "[::1]:81"});
  ASSERT_TRUE(std::holds_alternative<ServeCommand>(configured));
  const auto& serve = std::get<ServeCommand>(configured);
  EXPECT_FALSE(serve.demo);
  EXPECT_EQ(serve.configuration_file, "f.toml");
  EXPECT_EQ(serve.data, "d");
  EXPECT_EQ(serve.listen, (Address{"::1", 81}));
}

TEST(CommandLine, RelayHasTheContractsDefaults) {
  const auto command = parse(
      {"relay", "--latency", "20ms", "--fault", "late=0.1", "--fault", "drop=0.2", "--seed", "7"});
  ASSERT_TRUE(std::holds_alternative<RelayCommand>(command));
  const auto& relay = std::get<RelayCommand>(command);
  EXPECT_EQ(relay.listen, (Address{"127.0.0.1", 8583}));
  EXPECT_EQ(relay.latency, "20ms");
  EXPECT_THAT(relay.faults, testing::ElementsAre("late=0.1", "drop=0.2"));
  EXPECT_EQ(relay.seed, 7U);
  EXPECT_TRUE(relay.ledger.empty());
}

TEST(CommandLine, RestoreTakesABackupItsKeysAndAPlace) {
  const auto command = parse({"restore", "--from", "b", "--keys-from", "k", "--data", "d"});
  ASSERT_TRUE(std::holds_alternative<RestoreCommand>(command));
  const auto& restore = std::get<RestoreCommand>(command);
  EXPECT_EQ(restore.from, "b");
  EXPECT_EQ(restore.keys_from, "k");
  EXPECT_EQ(restore.data, "d");
}

TEST(Commands, RestoreSaysWhatIsMissing) {
  std::ostringstream out;
  std::ostringstream error;
  const RestoreCommand command{"/nonexistent", "", testing::TempDir() + "/restored-by-command"};
  EXPECT_EQ(run(command, out, error), exit_failed);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(error.str(), HasSubstr("there are no keys in /nonexistent/keys"));
}

struct Example {
  std::vector<const char*> arguments;
  int code;
};

TEST(CommandLine, HelpAndVersionEndWellAndWrongUsageWithTwo) {
  const std::vector<Example> examples = {
      {{"--help"}, 0},
      {{"--version"}, 0},
      {{"serve", "--help"}, 0},
      {{"relay", "--help"}, 0},
      {{"verify", "--version"}, 0},
      {{"hash-key", "--help"}, 0},
      {{}, 2},
      {{"sevre"}, 2},
      {{"serve"}, 2},
      {{"serve", "--demo", "--config", "f"}, 2},
      {{"serve", "--demo", "--listen", "8080"}, 2},
      {{"serve", "--demo", "--listen", "localhost:8080"}, 2},
      {{"serve", "--demo", "--colour"}, 2},
      {{"serve", "--config"}, 2},
      {{"relay", "--seed", "x"}, 2},
      {{"relay", "--listen", "localhost"}, 2},
      {{"verify", "--data"}, 2},
      {{"restore", "--data", "d"}, 2},
      {{"status", "stray"}, 2},
      {{"hash-key", "a-key-as-an-argument"}, 2},
  };
  for (const Example& example : examples) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto command = parse(example.arguments);
    const std::string out = testing::internal::GetCapturedStdout();
    const std::string error = testing::internal::GetCapturedStderr();
    const std::string what = testing::PrintToString(
        std::vector<std::string>(example.arguments.begin(), example.arguments.end()));
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command)) << what;
    EXPECT_EQ(std::get<ExitNow>(command).code, example.code) << what;
    EXPECT_EQ(out.empty(), example.code != 0) << what << out;
    EXPECT_EQ(error.empty(), example.code == 0) << what << error;
  }
}

TEST(Commands, HashKeyPrintsWhatTheConfigurationHolds) {
  std::istringstream in("sk_a_key_that_is_long_enough\nnot this\n");
  std::ostringstream out;
  std::ostringstream error;
  EXPECT_EQ(run(HashKeyCommand{}, in, out, error), exit_well);
  EXPECT_EQ(out.str(), net::hash_api_key("sk_a_key_that_is_long_enough") + "\n");
  EXPECT_EQ(error.str(), "");
}

TEST(Commands, HashKeyRefusesWhatCannotBeAKey) {
  for (const auto* text : {"", "short", "a key with blanks in its text here"}) {
    std::istringstream in(text);
    std::ostringstream out;
    std::ostringstream error;
    EXPECT_EQ(run(HashKeyCommand{}, in, out, error), exit_failed) << text;
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(error.str(), HasSubstr("a key is 22 to 200"));
  }
}

TEST(Commands, StatusNeedsTheKeyInTheEnvironment) {
  unsetenv("SPILLWAY_KEY");
  std::ostringstream out;
  std::ostringstream error;
  EXPECT_EQ(run(StatusCommand{"http://127.0.0.1:9"}, out, error), exit_failed);
  EXPECT_THAT(error.str(), HasSubstr("SPILLWAY_KEY"));
}

TEST(Commands, StatusOfASystemThatIsNotThereFails) {
  setenv("SPILLWAY_KEY", "op_key_of_somebody_or_other", 1);
  std::ostringstream out;
  std::ostringstream error;
  RelaysCommand relays;
  relays.url = "http://127.0.0.1:9";
  EXPECT_EQ(run(relays, out, error), exit_failed);
  EXPECT_THAT(error.str(), HasSubstr("http://127.0.0.1:9"));
  EXPECT_EQ(error.str().find("op_key"), std::string::npos);
  unsetenv("SPILLWAY_KEY");
}

}  // namespace
}  // namespace spillway::actors
