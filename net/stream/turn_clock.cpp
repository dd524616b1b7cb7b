#include "net/stream/turn_clock.hpp"

#include <uv.h>

#include "net/stream/event_loop.hpp"

namespace spillway::net {

// libuv calls a prepare handle right before the loop sleeps.
struct TurnClock::Handle {
  uv_prepare_t uv{};
  MonotonicTime time{};
  bool slept = true;
};

TurnClock::TurnClock(EventLoop& loop) : handle_(new Handle) {
  uv_prepare_init(loop.uv(), &handle_->uv);
  handle_->uv.data = handle_;
  uv_prepare_start(&handle_->uv, [](uv_prepare_t* prepare) {
    static_cast<Handle*>(prepare->data)->slept = true;
  });
}

TurnClock::~TurnClock() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->uv),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
}

MonotonicTime TurnClock::now() {
  if (handle_->slept) {
    handle_->slept = false;
    handle_->time =
        std::chrono::time_point_cast<MonotonicTime::duration>(std::chrono::steady_clock::now());
  }
  return handle_->time;
}

}  // namespace spillway::net
