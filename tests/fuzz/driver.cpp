// Runs a fuzz target without a fuzzer: over every file of its corpus, then over changed copies of
// them, which are the same in each run.
//
//   fuzz_NAME CORPUS_FOLDER CHANGES
//
// makes CHANGES changed copies, or SPILLWAY_FUZZ_CHANGES. The input that stopped the process is
// left beside the executable as fuzz_NAME.stopped_by: it belongs into the corpus.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/fuzz/fuzz_target.hpp"

// The sanitizers end by a signal too, so that their findings leave the input behind as well.
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "abort_on_error=1";
}
extern "C" const char* __ubsan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "abort_on_error=1:print_stacktrace=1";
}

namespace {

constexpr std::size_t input_max = 16 * 1024;

std::string current;  // what the target is given
std::string left_behind;

void leave_input_behind(int signal) {
  const int file = open(left_behind.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file >= 0 && write(file, current.data(), current.size()) >= 0) close(file);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

void run(std::string input) {
  // In memory of just that size, so that a read beyond it is seen.
  current = std::move(input);
  const std::vector<std::uint8_t> bytes(current.begin(), current.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

class Changer {
 public:
  explicit Changer(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string next() {
    std::string input = corpus_[below(corpus_.size())];
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(input);
    return input.substr(0, input_max);
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
  std::size_t place(const std::string& input) { return below(input.size() + 1); }

  // Some bytes of another input.
  std::string piece() {
    const std::string& other = corpus_[below(corpus_.size())];
    const std::size_t from = place(other);
    return other.substr(from, 1 + below(24));
  }

  std::string rest_of_another() {
    const std::string& other = corpus_[below(corpus_.size())];
    return other.substr(place(other));
  }

  void change(std::string& input) {
    const std::size_t at = place(input);
    switch (below(7)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1U << below(8)));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(random_());
        break;
      case 2:
        input.insert(at, 1, static_cast<char>(random_()));
        break;
      case 3:
        input.erase(at, 1 + below(8));
        break;
      case 4:
        input.insert(at, input.substr(place(input), 1 + below(32)));
        break;
      case 5:
        input.insert(at, piece());
        break;
      default:
        input.resize(at);
        input += rest_of_another();
        break;
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_{20'261'122};
};

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 3) {
    std::cerr << "which folder holds the corpus, and how many changes?\n";
    return 2;
  }
  left_behind = std::string(arguments[0]) + ".stopped_by";
  std::signal(SIGABRT, leave_input_behind);
#ifndef SPILLWAY_SANITIZED
  std::signal(SIGSEGV, leave_input_behind);
#endif
  const std::vector<std::string> corpus = read_corpus(arguments[1]);
  if (corpus.empty()) {
    std::cerr << arguments[1] << " holds no input\n";
    return 1;
  }
  run("");
  for (const std::string& input : corpus) run(input);
  const char* asked = std::getenv("SPILLWAY_FUZZ_CHANGES");
  const std::size_t changes = asked != nullptr ? std::stoul(asked) : std::stoul(arguments[2]);
  Changer changer(corpus);
  for (std::size_t i = 0; i < changes; ++i) run(changer.next());
  std::cout << corpus.size() << " inputs and " << changes << " changed ones\n";
  return 0;
}
