// Each scenario of the library, from its file to its report, in a few seconds: whatever the machine
// gives, no order is lost, none is charged twice, and every outcome that is wanted is told.
#include <cctype>

#include "loadtest/scenario/scenario.hpp"
#include "tests/loadtest/load_program.hpp"

namespace spillway::loadtest {
namespace {

std::filesystem::path library() {
  return std::filesystem::path(SPILLWAY_SOURCE_DIR) / "loadtest/scenarios";
}

std::vector<std::string> names_of_library() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(library())) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Library : public testing::TestWithParam<std::string> {};

TEST_P(Library, RunsShortened) {
  const std::string file = (library() / (GetParam() + ".toml")).string();
  const auto scenario = read_scenario(file);
  ASSERT_TRUE(scenario) << scenario.error().message;
  const double seconds = std::chrono::duration<double>(scenario->duration()).count();
  const TestFolder folder;
  std::string arguments = "run " + file + " --out " + folder.file("run") + " --shorten " +
                          std::to_string(std::min(1.0, 4 / seconds));
  std::unique_ptr<Demo> demo;
  if (!scenario->topology) {
    demo = std::make_unique<Demo>(SPILLWAY_BINARY_DIR, folder);
    arguments += " --url " + demo->url();
  }
  const Ended ended = spillway_load(SPILLWAY_BINARY_DIR, arguments, folder.path().string());
  const auto result = read_json(folder.file("run/result.json"));
  ASSERT_TRUE(result.is_object()) << ended.text;
  // Thresholds and the generator's own lateness are the machine's business here.
  EXPECT_TRUE(result["verdict"] == "well" || result["verdict"] == "thresholds missed" ||
              result["verdict"] == "invalid")
      << ended.text;
  EXPECT_GT(result["counts"]["accepted"], 0);
  EXPECT_TRUE(result["audit"]["passed"]) << ended.text;
  for (const auto& teller : result["audit"]["tellings"]) EXPECT_EQ(teller["missing"], 0) << teller;
  EXPECT_TRUE(!scenario->topology || result["verify"] == "well") << result["verify"];
  EXPECT_TRUE(std::filesystem::exists(folder.file("run/report.html")));
}

INSTANTIATE_TEST_SUITE_P(Load, Library, testing::ValuesIn(names_of_library()), [](const auto& one) {
  std::string name;
  bool begins = true;
  for (const char c : one.param) {
    if (c != '-') name += begins ? static_cast<char>(std::toupper(c)) : c;
    begins = c == '-';
  }
  return name;
});

}  // namespace
}  // namespace spillway::loadtest
