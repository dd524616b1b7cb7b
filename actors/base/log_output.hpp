// Takes the log's lines to a descriptor without ever making those wait who write them.
//
// A file takes a line at once, on the caller's thread. Behind a pipe, a socket or a terminal stands
// a reader who may not read: lines to them wait in a bounded queue for a thread that writes them.
// Lines that find it full are dropped and counted, and the first line that goes out afterwards says
// how many.
//
// Threads: everything from any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace spillway::actors {

constexpr std::size_t log_waiting_max = 1024 * 1024;      // bytes of lines that nobody reads
constexpr auto log_finish_max = std::chrono::seconds(1);  // for the last lines of a process

class LogOutput {
 public:
  // `descriptor` stays the caller's. `waiting_max`: bytes of lines that wait.
  LogOutput(int descriptor, std::size_t waiting_max);
  ~LogOutput();  // what still waits is dropped
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  // `line` ends with a line break.
  void write(std::string line);

  // Waits until all lines are out, but no longer than that; says whether they are.
  bool flush(std::chrono::milliseconds time_max);

  std::uint64_t dropped() const;  // lines, since the beginning

 private:
  void start_thread();
  void run();
  bool put(const std::string& line);  // waits; false: the descriptor takes nothing, or the end
  bool await_room() const;

  const int descriptor_;
  const std::size_t waiting_max_;
  int end_ = -1;  // an eventfd, readable once the thread shall end

  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::condition_variable all_out_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool writing_ = false;  // the thread has taken a line out
  bool ending_ = false;
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0;  // of those dropped: no line has said so yet
  std::thread thread_;
};

}  // namespace spillway::actors
