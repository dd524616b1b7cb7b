// How long this disk takes to make 4 KiB durable: writes a page in place and calls fdatasync, again
// and again, and prints the median and the 99th percentile in microseconds.
//
//   benchmark_sync_time FOLDER [TIMES]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr std::size_t page = 4'096;
constexpr std::size_t pages = 64;

bool write_page(int file, std::size_t at) {
  static const std::array<char, page> bytes = [] {
    std::array<char, page> filled;
    filled.fill('x');
    return filled;
  }();
  return pwrite(file, bytes.data(), page, static_cast<off_t>(at * page)) ==
         static_cast<ssize_t>(page);
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 2) {
    std::fputs("usage: benchmark_sync_time FOLDER [TIMES]\n", stderr);
    return 2;
  }
  const std::size_t times = argument_count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 1'000;
  const std::string path = std::string(arguments[1]) + "/sync-time";
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_TRUNC, 0600);
  bool good = file >= 0 && times > 0;
  // The blocks are there before the clock runs: what is measured is data, not the file growing.
  for (std::size_t at = 0; good && at < pages; ++at) good = write_page(file, at);
  good = good && fsync(file) == 0;

  std::vector<double> taken;
  for (std::size_t i = 0; good && i < times; ++i) {
    const auto began = std::chrono::steady_clock::now();
    good = write_page(file, i % pages) && fdatasync(file) == 0;
    taken.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
            .count());
  }
  if (!good) std::perror(path.c_str());
  if (file >= 0) close(file);
  unlink(path.c_str());
  if (!good) return 1;
  std::ranges::sort(taken);
  std::printf("{\"p50_us\": %.1f, \"p99_us\": %.1f}\n", taken[taken.size() / 2],
              taken[taken.size() * 99 / 100]);
  return 0;
}
