// The built programs with descriptors that are closed, full, or read by nobody.
#include <cstdio>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Ended {
  int code = 0;
  std::string text;
};

// $0 is spillway, $1 a folder that is not there yet.
Ended bash(const std::string& script) {
  const std::string folder = testing::TempDir() + "descriptors-" + std::to_string(getpid());
  std::filesystem::remove_all(folder);
  FILE* pipe = popen(
      ("timeout 120 bash -c '" + script + "' " SPILLWAY_BINARY_DIR "/spillway " + folder + " 2>&1")
          .c_str(),
      "r");
  if (pipe == nullptr) return {-1, "popen"};
  Ended ended;
  char buffer[4'096];
  while (const std::size_t size = fread(buffer, 1, sizeof buffer, pipe))
    ended.text.append(buffer, size);
  const int status = pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::filesystem::remove_all(folder);
  std::filesystem::remove(folder + ".log");
  return ended;
}

// Runs the demo as $S (its output is read from descriptor 3) and waits until it is ready.
const std::string demo = R"(
    coproc S { exec "$0" serve --demo --listen 127.0.0.1:0 --data "$1" 2>"$1.log"; }
    exec 3<&"${S[0]}"; pid=$S_PID
    read -r line <&3; url=${line##* }
    export SPILLWAY_KEY=$(sed -n "s/.*\"operator\": \"\(.*\)\".*/\1/p" "$1/demo-keys.json")
)";

TEST(Descriptors, ThatAreClosedAreFilledBeforeAnythingIsOpened) {
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
    const Ended ended = bash(R"(
        "$0" serve --demo --listen 127.0.0.1:0 --data "$1" )" +
                             closed + R"( &
        pid=$!
        until [ -e "$1/views/made" ]; do sleep 0.05; done
        for i in 0 1 2; do readlink /proc/$pid/fd/$i; done
        kill -TERM $pid; wait $pid; echo "code $?")");
    EXPECT_THAT(ended.text, HasSubstr("code 0")) << closed;
    EXPECT_THAT(ended.text, HasSubstr("/dev/null")) << closed;
    EXPECT_THAT(ended.text, Not(HasSubstr("anon_inode"))) << closed;
    EXPECT_THAT(ended.text, Not(HasSubstr(".mdb"))) << closed;
  }
}

TEST(Descriptors, ACommandWhoseOutputIsLostFails) {
  for (const std::string command :
       {"$0 --help", "$0 books --help", "echo sk_a_key_that_is_long_enough | $0 hash-key",
        "$0 certs ca --out $1"}) {
    const Ended full = bash("set -o pipefail; " + command + " >/dev/full");
    EXPECT_EQ(full.code, 1) << command;
    EXPECT_THAT(full.text, HasSubstr("standard output could not be written: No space left"));
    const Ended closed = bash("set -o pipefail; " + command + " >&-");
    EXPECT_EQ(closed.code, 1) << command;
    EXPECT_THAT(closed.text, HasSubstr("standard output could not be written: Bad file"));
  }
  EXPECT_EQ(bash("${0}-load --help >/dev/full").code, 1);
  EXPECT_EQ(bash("${0}-load --help >/dev/null").code, 0);
}

TEST(Descriptors, AKeyThatCouldNotBeShownIsRevokedAgain) {
  const Ended ended = bash(demo + R"(
    "$0" shop create --url $url --name Hats --mail-from a@b.example --merchant M --terminal T \
      | sed -n "s/^shop *\([0-9]*\),.*/\1/p" >"$1.shop"
    shop=$(cat "$1.shop")
    "$0" shop key add $shop --url $url >/dev/full; echo "lost $?"
    "$0" shop key list $shop --url $url | wc -l
    "$0" shop key add $shop --url $url >/dev/null; echo "shown $?"
    "$0" shop key list $shop --url $url | wc -l
    kill -TERM $pid; wait $pid; rm -f "$1.shop" "$1.log")");
  EXPECT_THAT(ended.text, HasSubstr("the new key was revoked again"));
  EXPECT_THAT(ended.text, HasSubstr("lost 1\n1\nshown 0\n2\n"));
}

// Standard error is a pipe that was filled and that nobody reads.
TEST(Descriptors, AFullPipeBehindTheLogHoldsUpNothing) {
  const Ended ended = bash(R"(
    mkfifo "$1.pipe"; exec 4<>"$1.pipe"
    timeout 1 cat /dev/zero >&4
    coproc S { exec "$0" serve --demo --listen 127.0.0.1:0 --data "$1" 2>&4; }
    exec 3<&"${S[0]}"; pid=$S_PID
    read -r line <&3; echo "$line"; url=${line##* }
    key=$(sed -n "s/.*\"shop_1\": \"\(.*\)\".*/\1/p" "$1/demo-keys.json")
    curl -s -m 20 -o /dev/null -w "%{http_code}\n" -H "Authorization: Bearer $key" $url/v1/orders
    curl -s -m 20 $url/metrics | grep "^spillway_log_lines_dropped_total"
    kill -TERM $pid; timeout 20 tail --pid=$pid -f /dev/null; echo "waited $?"
    wait $pid; echo "code $?"; rm -f "$1.pipe")");
  EXPECT_THAT(ended.text, HasSubstr("spillway: ready on"));
  EXPECT_THAT(ended.text, HasSubstr("\n200\n"));
  EXPECT_THAT(ended.text, HasSubstr("spillway_log_lines_dropped_total 0"));
  EXPECT_THAT(ended.text, HasSubstr("waited 0"));
  EXPECT_THAT(ended.text, HasSubstr("code 0"));
}

}  // namespace
}  // namespace spillway::actors
