// The built `spillway` as a shell meets it: exit codes, and what goes to which stream.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace spillway::actors {
namespace {

using testing::HasSubstr;

struct Ended {
  int code = 0;
  std::string text;  // standard output and error
};

Ended run_shell(const std::string& command) {
  Ended ended;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen"};
  char buffer[4'096];
  while (const std::size_t size = fread(buffer, 1, sizeof(buffer), pipe)) {
    ended.text.append(buffer, size);
  }
  const int status = pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

Ended spillway(const std::string& arguments) {
  return run_shell(SPILLWAY_BINARY_DIR "/spillway " + arguments + " </dev/null");
}

TEST(Binary, HelpAndVersionEndWell) {
  const Ended help = spillway("--help");
  EXPECT_EQ(help.code, 0);
  for (const auto* command :
       {"serve", "relay", "verify", "restore", "status", "relays", "pace", "hash-key"}) {
    EXPECT_THAT(help.text, HasSubstr(command));
    EXPECT_EQ(spillway(std::string(command) + " --help").code, 0) << command;
  }
  const Ended version = spillway("--version");
  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(version.text, "spillway " SPILLWAY_VERSION "\n");
}

TEST(Binary, WrongUsageEndsWithTwo) {
  for (const auto* arguments : {"", "sevre", "serve", "serve --demo --listen nowhere",
                                "relay --fault sometimes", "relay --latency soon"}) {
    EXPECT_EQ(spillway(arguments).code, 2) << arguments;
  }
}

TEST(Binary, AConfigurationThatIsWrongIsToldAndEndsWithOne) {
  const std::string file = testing::TempDir() + "/wrong.toml";
  std::ofstream(file) << "[server]\nlisten = 5\n";
  const Ended ended = spillway("serve --config " + file);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.text, HasSubstr(file + ":2: server.listen: must be a text in quotes"));
  std::filesystem::remove(file);
}

TEST(Binary, VerifyOfNothingEndsWithOne) {
  EXPECT_EQ(spillway("verify --data /nonexistent").code, 1);
}

TEST(Binary, TheDemoComesUpStopsOnASignalAndKeepsItsDataGood) {
  const std::string data = testing::TempDir() + "/binary-demo";
  std::filesystem::remove_all(data);
  // Reads up to the ready line, asks it to stop, and tells its exit code.
  const Ended ended = run_shell(R"(bash -c '
    coproc S { exec "$0" serve --demo --listen 127.0.0.1:0 --data "$1"; }
    exec 3<&"${S[0]}"; pid=$S_PID
    read -r line <&3; echo "$line"
    kill -TERM "$pid"; cat <&3; wait "$pid"; echo "code $?"' )" SPILLWAY_BINARY_DIR "/spillway " +
                                data);
  EXPECT_THAT(ended.text, HasSubstr("spillway: ready on http://127.0.0.1:"));
  EXPECT_THAT(ended.text, HasSubstr("code 0"));
  const Ended verified = spillway("verify --data " + data);
  EXPECT_EQ(verified.code, 0) << verified.text;
  EXPECT_THAT(verified.text, HasSubstr("good: "));
  std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace spillway::actors
