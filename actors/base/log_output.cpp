#include "actors/base/log_output.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/invariants.hpp"

namespace spillway::actors {

namespace {

// Nobody has to read for it to take more.
bool takes_at_once(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return true;  // the write fails, at once
  return S_ISREG(status.st_mode) || (S_ISCHR(status.st_mode) && ::isatty(descriptor) == 0);
}

// False: it is not whole there.
bool write_at_once(int descriptor, std::string_view line) {
  while (!line.empty()) {
    const ssize_t done = ::write(descriptor, line.data(), line.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    line.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

std::string dropped_line(std::uint64_t lines) {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1'000;
  return fmt::format(
      "time={:%Y-%m-%dT%H:%M:%S}.{:03}Z level=warning event=log_lines_dropped lines={}\n",
      fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds, lines);
}

}  // namespace

LogOutput::LogOutput(int descriptor, std::size_t waiting_max)
    : descriptor_(descriptor), waiting_max_(waiting_max) {}

LogOutput::~LogOutput() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  (void)!::write(end_, &one, sizeof one);
  more_.notify_one();
  thread_.join();
  ::close(end_);
}

void LogOutput::write(std::string line) {
  const std::lock_guard guard(mutex_);
  if (waiting_.empty() && !writing_ && takes_at_once(descriptor_)) {
    if (untold_ > 0 && write_at_once(descriptor_, dropped_line(untold_))) untold_ = 0;
    if (write_at_once(descriptor_, line)) return;
    ++dropped_;
    ++untold_;
    return;
  }
  if (waiting_bytes_ + line.size() > waiting_max_) {
    ++dropped_;
    ++untold_;
    return;
  }
  if (!thread_.joinable()) start_thread();
  waiting_bytes_ += line.size();
  waiting_.push_back(std::move(line));
  more_.notify_one();
}

// Signals are for the thread that waits for them.
void LogOutput::start_thread() {
  end_ = ::eventfd(0, EFD_CLOEXEC);
  SPILLWAY_CHECK(end_ >= 0, "the log's thread cannot be told to end");
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "log");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void LogOutput::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const std::string line = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= line.size();
    const std::uint64_t untold = std::exchange(untold_, 0);
    writing_ = true;
    lock.unlock();
    // What waits was written before that which was dropped.
    const bool out = put(line);
    const bool told = untold == 0 || put(dropped_line(untold));
    lock.lock();
    writing_ = false;
    if (!out) ++dropped_;
    untold_ += (out ? 0U : 1U) + (told ? 0 : untold);
    if (waiting_.empty()) all_out_.notify_all();
  }
}

// A pipe that says that it has room takes PIPE_BUF bytes without waiting.
bool LogOutput::put(const std::string& line) {
  std::string_view left(line);
  while (!left.empty()) {
    if (!await_room()) return false;
    const ssize_t done =
        ::write(descriptor_, left.data(), std::min<std::size_t>(left.size(), PIPE_BUF));
    if (done < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (done <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

bool LogOutput::await_room() const {
  std::array<pollfd, 2> wanted{{{descriptor_, POLLOUT, 0}, {end_, POLLIN, 0}}};
  while (::poll(wanted.data(), wanted.size(), -1) < 0)
    if (errno != EINTR) return false;
  return wanted[1].revents == 0;
}

bool LogOutput::flush(std::chrono::milliseconds time_max) {
  std::unique_lock lock(mutex_);
  return all_out_.wait_for(lock, time_max, [this] { return waiting_.empty() && !writing_; });
}

std::uint64_t LogOutput::dropped() const {
  const std::lock_guard guard(mutex_);
  return dropped_;
}

}  // namespace spillway::actors
