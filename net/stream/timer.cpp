#include "net/stream/timer.hpp"

#include <utility>

#include <uv.h>

#include "engine/base/invariants.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {

struct Timer::Handle {
  uv_timer_t uv{};
  std::function<void()> on_time;
};

Timer::Timer(EventLoop& loop, std::function<void()> on_time)
    : handle_(new Handle{{}, std::move(on_time)}) {
  SPILLWAY_CHECK(uv_timer_init(loop.uv(), &handle_->uv) == 0, "a timer could not be made");
  handle_->uv.data = handle_;
}

Timer::~Timer() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->uv),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
}

void Timer::start(Duration after) {
  // libuv counts from the loop's time, which stands still while callbacks run.
  uv_update_time(handle_->uv.loop);
  const auto milliseconds =
      std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(after));
  uv_timer_start(
      &handle_->uv, [](uv_timer_t* timer) { static_cast<Handle*>(timer->data)->on_time(); },
      static_cast<std::uint64_t>(milliseconds.count()), 0);
}

void Timer::stop() {
  uv_timer_stop(&handle_->uv);
}

bool Timer::running() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(&handle_->uv)) != 0;
}

}  // namespace spillway::net
