#include "net/stream/event_loop.hpp"

#include <csignal>
#include <future>

#include <pthread.h>

#include "engine/base/invariants.hpp"

namespace spillway::net {
namespace {

// A write to a peer that went away shall fail with EPIPE; the signal would end the process.
void block_broken_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

EventLoop::EventLoop(const std::string& name) {
  SPILLWAY_CHECK(uv_loop_init(&loop_) == 0, "an event loop could not be made");
  wake_.data = this;
  SPILLWAY_CHECK(uv_async_init(&loop_, &wake_,
                               [](uv_async_t* async) {
                                 static_cast<EventLoop*>(async->data)->run_posted();
                               }) == 0,
                 "an event loop could not be made");
  thread_ = std::thread([this] {
    block_broken_pipe_signal();
    uv_run(&loop_, UV_RUN_DEFAULT);
  });
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

EventLoop::~EventLoop() {
  post([this] { uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr); });
  thread_.join();
  SPILLWAY_CHECK(uv_loop_close(&loop_) == 0, "an event loop was destroyed while handles were open");
}

void EventLoop::post(Task task) {
  {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  if (!armed_.exchange(true, std::memory_order_acq_rel)) uv_async_send(&wake_);
}

void EventLoop::run_and_wait(const Task& task) {
  if (on_loop_thread()) {
    task();
    return;
  }
  std::promise<void> done;
  post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void EventLoop::run_posted() {
  // Disarm first: what is posted from here on wakes the loop again.
  armed_.exchange(false, std::memory_order_acq_rel);
  {
    std::lock_guard lock(mutex_);
    running_.swap(posted_);
  }
  for (Task& task : running_) task();
  running_.clear();
}

}  // namespace spillway::net
