#include "net/stream/precise_timer.hpp"

#include <algorithm>
#include <utility>

#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "engine/base/invariants.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {

struct PreciseTimer::Handle {
  uv_poll_t uv{};
  int file = -1;
  MonotonicTime time{};  // the epoch: not started
  std::function<void()> on_time;

  // Setting a timerfd takes its readiness back, so that nothing need be read from it.
  void set(MonotonicTime when) {
    time = when;
    const auto since = when.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    itimerspec at{};
    at.it_value.tv_sec = static_cast<time_t>(seconds.count());
    at.it_value.tv_nsec = static_cast<long>((since - seconds).count());
    timerfd_settime(file, TFD_TIMER_ABSTIME, &at, nullptr);
  }
};

PreciseTimer::PreciseTimer(EventLoop& loop, std::function<void()> on_time) : handle_(new Handle) {
  handle_->on_time = std::move(on_time);
  handle_->file = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  SPILLWAY_CHECK(handle_->file >= 0, "a timer could not be made");
  SPILLWAY_CHECK(uv_poll_init(loop.uv(), &handle_->uv, handle_->file) == 0,
                 "a timer could not be watched");
  handle_->uv.data = handle_;
  uv_poll_start(&handle_->uv, UV_READABLE, [](uv_poll_t* poll, int, int) {
    auto* handle = static_cast<Handle*>(poll->data);
    if (handle->time == MonotonicTime{}) return;
    handle->set({});
    handle->on_time();
  });
}

PreciseTimer::~PreciseTimer() {
  uv_poll_stop(&handle_->uv);
  ::close(handle_->file);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->uv),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
}

void PreciseTimer::start_at(MonotonicTime time) {
  if (time == handle_->time) return;
  // Zero would disarm it.
  handle_->set(std::max(time, MonotonicTime(std::chrono::nanoseconds(1))));
}

void PreciseTimer::stop() {
  if (handle_->time != MonotonicTime{}) handle_->set({});
}

}  // namespace spillway::net
