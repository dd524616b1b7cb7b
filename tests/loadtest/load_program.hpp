// The built `spillway-load` and `spillway`, as a shell meets them.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "loadtest/world/processes.hpp"

namespace spillway::loadtest {

struct Ended {
  int code = 0;
  std::string text;  // standard output and error
};

// In `folder`, where one is given.
inline Ended spillway_load(const std::string& binaries, const std::string& arguments,
                           const std::string& folder = ".") {
  Ended ended;
  const std::string command =
      "cd " + folder + " && " + binaries + "/spillway-load " + arguments + " 2>&1 </dev/null";
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {-1, "popen"};
  char buffer[4'096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof(buffer), pipe)) {
    ended.text.append(buffer, size);
  }
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

// A folder of the test's own that is gone afterwards.
class TestFolder {
 public:
  TestFolder()
      : path_(std::filesystem::path(testing::TempDir()) / ("load-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

// The demo, with its shops' keys in FOLDER/data/demo-keys.json.
class Demo {
 public:
  Demo(const std::string& binaries, const TestFolder& folder)
      : port_(free_port()),
        process_("demo", binaries + "/spillway",
                 {"serve", "--demo", "--listen", "127.0.0.1:" + std::to_string(port_)},
                 folder.path()) {
    EXPECT_TRUE(process_.start());
    const auto ready = process_.wait_until_ready(std::chrono::minutes(1));
    EXPECT_TRUE(ready) << ready.error().message;
  }
  ~Demo() { process_.stop(std::chrono::minutes(1)); }
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::uint16_t port_;
  Process process_;
};

inline nlohmann::json read_json(const std::string& file) {
  std::ifstream stream(file);
  return nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
}

}  // namespace spillway::loadtest
