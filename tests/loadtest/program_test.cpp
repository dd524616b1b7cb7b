// The built `spillway-load` as a shell meets it.
#include <gmock/gmock.h>

#include "tests/loadtest/load_program.hpp"
#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using testing::HasSubstr;

const std::string binaries = SPILLWAY_BINARY_DIR;

const std::string small = R"(name = "Small"
[target]
connections = 8
tries_max = 100
answer_time_max = "5s"
[arrivals]
spacing = "even"
rate = 100
duration = "1s"
)";
// Of servers that never answer.
const std::string unaudited = R"(name = "Unaudited"
[target]
connections = 8
answer_time_max = "200ms"
[arrivals]
spacing = "even"
rate = 100
duration = "1s"
[audit]
wanted = false
)";

TEST(LoadProgram, SaysWhatIsWrongInOneSentence) {
  const TestFolder folder;
  const std::string keys = folder.write("keys.json", R"({"shop_1": "key-one"})");
  const std::string good = folder.write("good.toml", small);
  const std::string nobody = "--url http://127.0.0.1:" + std::to_string(free_port());
  const auto scenario = [&](const std::string& name, const std::string& line) {
    return folder.write(name, line + "\n" + small);
  };
  const std::string topology =
      folder.write("topology.toml", small + "[topology]\nshops = 2\n[audit]\nmails = true\n");
  const std::string timeline =
      folder.write("timeline.toml", small +
                                        "[topology]\n[[timeline]]\nat = \"1s\"\ndo = \"kill\"\n"
                                        "what = \"system\"\n");
  struct Row {
    std::string arguments;
    int code;
    std::string sentence;
  };
  const Row rows[] = {
      {"run " + folder.file("none.toml"), 2, "none.toml: cannot be read"},
      {"run " + scenario("key.toml", "sed = 1"), 2,
       "key.toml:1: sed: is not a key here; did you mean seed?"},
      {"run " + scenario("never.toml", "thresholds = [\"accept.p99 < 0ms\"]"), 2,
       "never.toml:1: thresholds[0]: can never be met"},
      {"check " + scenario("figure.toml", "thresholds = [\"acept.p99 < 5ms\"]"), 2,
       "acept.p99 is no figure of a run; did you mean accept.p99?"},
      {"run " + good + " --shorten 2", 2, "--shorten"},
      {"run " + good + " --keys " + folder.file("none.json") + " " + nobody, 1,
       "none.json: no shops' keys can be read there"},
      {"run " + good + " --keys " + keys + " " + nobody, 1, "the target cannot be reached: "},
      {"run " + good + " --keys " + keys + " --url http://8.8.8.8", 1,
       "neither this machine nor a private network; whoever owns it says so with "
       "--i-own-this-target"},
      {"run " + good + " --keys " + keys + " --url https://127.0.0.1", 1,
       "must be like http://127.0.0.1:8080"},
      {"run " + folder.write("open.toml", unaudited) + " --keys " + keys +
           " --agents 127.0.0.1:" + std::to_string(free_port()),
       1, "agent 127.0.0.1:"},
      {"compare " + keys + " " + keys, 1, "keys.json: is no result of spillway-load"},
      {"prove --orders 3", 2, "--orders"},
      {"run " + topology + " --spillway /nonexistent/spillway", 1,
       "/nonexistent/spillway cannot be run: No such file or directory"},
      {"run " + topology + " --spillway /bin/false", 1, "relay does not start: it said nothing"},
      {"run " + topology + " " + nobody, 2,
       "--url: this scenario takes mails, which only a topology of its own sends to it"},
      {"run " + timeline + " " + nobody, 2,
       "--url: this scenario's timeline needs the topology of its own"},
  };
  int count = 0;
  for (const Row& row : rows) {
    const std::string out = " --out " + folder.file("out-" + std::to_string(++count));
    const Ended ended = spillway_load(
        binaries, row.arguments + (row.arguments.starts_with("run") ? out : std::string()));
    EXPECT_EQ(ended.code, row.code) << row.arguments << "\n" << ended.text;
    EXPECT_THAT(ended.text, HasSubstr(row.sentence)) << row.arguments;
  }
}

TEST(LoadProgram, BeginsInANewFolder) {
  const TestFolder folder;
  const std::string file = folder.write("open.toml", unaudited);
  folder.write("result.json", "{}");
  const Ended ended = spillway_load(binaries, "run " + file + " --out " + folder.file("."));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.text, HasSubstr("is not empty; a run begins in a new folder"));
  EXPECT_EQ(read_json(folder.file("result.json")), nlohmann::json::object());
}

// Servers that close, answer late, answer garbage or never: each is counted, and the run ends.
TEST(LoadProgram, CountsWhatServersDoWrongAndEnds) {
  struct Row {
    const char* count;
    ScriptedAnswer answer;
  };
  using namespace std::chrono_literals;
  const Row rows[] = {
      {"closed", {.text = "", .close = true}},
      {"garbage", {.text = "what?\r\n\r\n"}},
      {"timed_out", {.text = accepted_text(1), .after = 400ms}},
      {"timed_out", {.text = ""}},
      {"wrong_status", {.text = http_text(500, "{}")}},
      {"overloaded", {.text = http_text(503, "{}")}},
  };
  const TestFolder folder;
  const std::string keys = folder.write("keys.json", R"({"shop_1": "key-one"})");
  const std::string file = folder.write("open.toml", unaudited);
  int count = 0;
  for (const Row& row : rows) {
    ScriptedServer server([&](std::uint64_t, std::string_view) { return row.answer; });
    const std::string out = folder.file("out-" + std::to_string(++count));
    const Ended ended =
        spillway_load(binaries, "run " + file + " --keys " + keys + " --out " + out +
                                    " --url http://127.0.0.1:" + std::to_string(server.port()));
    const auto result = read_json(out + "/result.json");
    ASSERT_TRUE(result.is_object()) << ended.text;
    EXPECT_GT(result["counts"][row.count], 0) << row.count;
    EXPECT_EQ(result["counts"]["accepted"], 0) << row.count;
    EXPECT_THAT(ended.text, HasSubstr(std::string("not well: "))) << row.count;
    EXPECT_THAT(ended.text, HasSubstr(std::string(row.count) + " ")) << ended.text;
  }
}

TEST(LoadProgram, FindsTheLastHealthyStep) {
  const TestFolder folder;
  const std::string file = folder.write("stairs.toml", R"(name = "Stairs"
healthy = ["arrivals < 300"]
[arrivals]
shape = "stairs"
spacing = "even"
rate = 100
rate_step = 100
steps = 6
step = "1s"
[topology]
shops = 2
)");
  const Ended ended = spillway_load(binaries, "run " + file + " --out " + folder.file("out"));
  EXPECT_THAT(ended.text, HasSubstr("the last healthy step: 200/s"));
  EXPECT_THAT(ended.text, HasSubstr("300/s is too much: arrivals is 300, not < 300"));
  const auto result = read_json(folder.file("out/result.json"));
  ASSERT_TRUE(result.is_object()) << ended.text;
  ASSERT_EQ(result["steps"].size(), 3U);
  EXPECT_EQ(result["last_healthy_rate"], 200);
  EXPECT_EQ(result["steps"][2]["healthy"], false);
  EXPECT_TRUE(result["audit"]["passed"]) << ended.text;
}

class RunningAgent {
 public:
  RunningAgent(const TestFolder& folder, const std::string& name)
      : address_("127.0.0.1:" + std::to_string(free_port())),
        process_(name, binaries + "/spillway-load", {"agent", "--listen", address_},
                 folder.path()) {
    EXPECT_TRUE(process_.start());
    const auto ready = process_.wait_until_ready(std::chrono::minutes(1));
    EXPECT_TRUE(ready) << ready.error().message;
  }
  const std::string& address() const { return address_; }

 private:
  std::string address_;
  Process process_;
};

TEST(LoadProgram, SharesARunAmongAgentsAndComparesItWithAnother) {
  const TestFolder folder;
  const Demo demo(binaries, folder);
  const RunningAgent first(folder, "agent-1");
  const RunningAgent second(folder, "agent-2");
  // An order is found in the ledger by its amount: each run has its own.
  const auto run = [&](const std::string& name, const std::string& amount_from,
                       const std::string& more) {
    const std::string file =
        folder.write(name + ".toml", small + "[mix]\namount_from = " + amount_from +
                                         "\n[audit]\nevents = true\nwebhooks = true\nledger = \"" +
                                         folder.file("data/sandbox-ledger.jsonl") + "\"\n");
    return spillway_load(binaries, "run " + file + " --url " + demo.url() + " --keys " +
                                       folder.file("data/demo-keys.json") + " --out " +
                                       folder.file(name) + more);
  };
  const Ended alone = run("alone", "1000", "");
  const Ended shared =
      run("shared", "2000", " --agents " + first.address() + "," + second.address());
  for (const auto& [name, ended, senders] :
       {std::tuple{"alone", alone, 1U}, std::tuple{"shared", shared, 2U}}) {
    const auto result = read_json(folder.file(std::string(name) + "/result.json"));
    ASSERT_TRUE(result.is_object()) << ended.text;
    EXPECT_EQ(result["senders"].size(), senders);
    EXPECT_EQ(result["counts"]["accepted"], 100) << ended.text;
    EXPECT_TRUE(result["audit"]["passed"]) << ended.text;
    EXPECT_EQ(result["audit"]["authorized"], 100) << ended.text;
    ASSERT_EQ(result["audit"]["tellings"].size(), 2U);
    for (const auto& teller : result["audit"]["tellings"]) EXPECT_EQ(teller["told"], 100);
  }
  const Ended compared = spillway_load(binaries, "compare " + folder.file("alone/result.json") +
                                                     " " + folder.file("shared/result.json") +
                                                     " --html " + folder.file("both.html"));
  EXPECT_EQ(compared.code, 0) << compared.text;
  EXPECT_THAT(compared.text, HasSubstr("accepted"));
  EXPECT_THAT(compared.text, HasSubstr("verdict"));
  EXPECT_GT(std::filesystem::file_size(folder.file("both.html")), 20'000U);
}

}  // namespace
}  // namespace spillway::loadtest
