// A libuv loop on a thread of its own, and the way onto it from other threads: a queue that many
// may write to and one wake-up for all that is in it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <uv.h>

namespace spillway::net {

class EventLoop {
 public:
  using Task = std::function<void()>;

  // Starts the thread, named `name` (at most 15 characters).
  explicit EventLoop(const std::string& name);

  // Everything that uses the loop must have closed its handles; waits for their close callbacks.
  ~EventLoop();

  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs the task on the loop's thread, after those posted before. From any thread. Tasks posted
  // by one thread keep their order.
  void post(Task task);

  // Runs the task on the loop's thread and waits for it; runs it at once when called there.
  void run_and_wait(const Task& task);

  bool on_loop_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

  // Only on the loop's thread.
  uv_loop_t* uv() { return &loop_; }

 private:
  void run_posted();

  uv_loop_t loop_{};
  uv_async_t wake_{};
  std::atomic<bool> armed_{false};  // a wake-up is under way: no further one is needed
  std::mutex mutex_;
  std::vector<Task> posted_;
  std::vector<Task> running_;  // loop thread only; swapped with posted_ to keep its memory
  std::thread thread_;
};

}  // namespace spillway::net
