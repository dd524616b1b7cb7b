#include "net/stream/stream.hpp"

#include <vector>

#include "engine/base/invariants.hpp"
#include "engine/card/card.hpp"
#include "net/tls/limits.hpp"

namespace spillway::net {
namespace {

// What passes between socket and TLS. One of each is enough for a thread: `incoming` is used up
// before the next read, `outgoing` is with the kernel or copied before the next write.
struct TlsBuffers {
  std::unique_ptr<char[]> incoming{new char[limits::tls_read_size]};
  std::string outgoing;
};

TlsBuffers& tls_buffers() {
  thread_local TlsBuffers buffers;
  return buffers;
}

template <class Handle>
Stream& owner(Handle* handle) {
  return *static_cast<Stream*>(handle->data);
}

}  // namespace

struct Stream::PendingWrite {
  Stream& stream;
  uv_write_t request{};
  std::vector<char> bytes;
};

Stream::Stream(uv_loop_t* loop, StreamUser& user) : user_(user) {
  SPILLWAY_CHECK(uv_tcp_init(loop, &socket_) == 0, "a connection could not be made");
  socket_.data = this;
}

Stream::~Stream() {
  SPILLWAY_CHECK(released_, "a connection was destroyed that libuv still uses");
}

const std::string& Stream::failure() const {
  static const std::string none;
  return tls_ ? tls_->failure() : none;
}

void Stream::begin_handshake() {
  std::string& out = tls_buffers().outgoing;
  tls_->begin(out);
  pass_on(out);
  out.clear();
}

// ---- Input

bool Stream::start_reading() {
  put_off_ = false;
  return uv_read_start(
             uv(),
             [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
               owner(handle).take_room(buffer);
             },
             [](uv_stream_t* handle, ssize_t count, const uv_buf_t* buffer) {
               owner(handle).on_read(count, buffer);
             }) == 0;
}

void Stream::stop_reading() {
  uv_read_stop(uv());
}

void Stream::take_room(uv_buf_t* buffer) {
  put_off_ = !secured() && !user_.may_shake_hands();
  if (put_off_) {
    *buffer = uv_buf_init(nullptr, 0);  // libuv says UV_ENOBUFS, and there reading stops
  } else if (tls_) {
    *buffer = uv_buf_init(tls_buffers().incoming.get(), limits::tls_read_size);
  } else {
    const std::span<char> room = user_.room();
    *buffer = uv_buf_init(room.data(), static_cast<unsigned>(room.size()));
  }
}

void Stream::on_read(ssize_t count, const uv_buf_t* buffer) {
  if (put_off_) return stop_reading();
  if (count == 0 || closing_ || broken_) return;
  if (count < 0) {
    if (count != UV_EOF || !secured()) return break_off();
    stop_reading();
    user_.on_end();
    return;
  }
  const auto size = static_cast<std::size_t>(count);
  if (tls_)
    on_ciphertext({buffer->base, size});
  else
    user_.on_bytes({buffer->base, size});
}

void Stream::on_ciphertext(std::string_view bytes) {
  std::string& out = tls_buffers().outgoing;
  tls_->receive(bytes);
  bool told = secured();
  while (true) {
    const std::span<char> room = user_.room();
    const std::uint64_t began = told ? 0 : uv_hrtime();
    const std::size_t filled = tls_->read(room, out);
    if (!told) user_.on_handshake_step(std::chrono::nanoseconds(uv_hrtime() - began));
    if (!out.empty()) {
      pass_on(out);
      out.clear();
    }
    if (!told && secured()) {
      told = true;
      user_.on_secured();
      if (closing_) return;
    }
    if (filled == 0) break;
    user_.on_bytes(room.first(filled));
    if (closing_ || broken_) return;
  }
  if (tls_->state() == TlsSession::State::broken) {
    break_off();
  } else if (tls_->state() == TlsSession::State::ended) {
    stop_reading();
    user_.on_end();
  }
}

void Stream::break_off() {
  if (closing_ || broken_) return;
  broken_ = true;
  stop_reading();
  user_.on_broken();
}

// ---- Output

bool Stream::write(std::string_view bytes) {
  if (!tls_) return pass_on(bytes);
  std::string& out = tls_buffers().outgoing;
  const bool good = tls_->write(bytes, out) && pass_on(out);
  out.clear();
  return good;
}

// Nothing may overtake what waits: libuv's try fails with EAGAIN while its own queue holds
// something.
bool Stream::pass_on(std::string_view bytes) {
  if (bytes.empty()) return true;
  uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  const int written = uv_try_write(uv(), &buffer, 1);
  if (written < 0 && written != UV_EAGAIN) return false;
  bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  if (bytes.empty()) return true;

  auto pending = std::make_unique<PendingWrite>(PendingWrite{*this, {}, {}});
  pending->bytes.assign(bytes.begin(), bytes.end());
  pending->request.data = pending.get();
  buffer = uv_buf_init(pending->bytes.data(), static_cast<unsigned>(pending->bytes.size()));
  const int failed =
      uv_write(&pending->request, uv(), &buffer, 1, [](uv_write_t* request, int status) {
        const std::unique_ptr<PendingWrite> done(static_cast<PendingWrite*>(request->data));
        wipe(done->bytes.data(), done->bytes.size());
        done->stream.on_written(status);
      });
  if (failed != 0) {
    wipe(pending->bytes.data(), pending->bytes.size());
    return false;
  }
  pending.release();  // its callback owns it
  return true;
}

void Stream::on_written(int status) {
  if (closing_ || broken_) return;
  if (status != 0) return break_off();
  if (unsent() == 0) user_.on_all_written();
}

// ---- End

void Stream::end_output() {
  if (tls_) {
    std::string& out = tls_buffers().outgoing;
    tls_->end(out);
    pass_on(out);
    out.clear();
  }
  uv_shutdown(&shutdown_, uv(), [](uv_shutdown_t*, int) {});
}

void Stream::close() {
  if (closing_) return;
  closing_ = true;
  if (tls_ && unsent() == 0) {
    std::string& out = tls_buffers().outgoing;
    tls_->end(out);
    uv_buf_t buffer = uv_buf_init(out.data(), static_cast<unsigned>(out.size()));
    if (!out.empty()) uv_try_write(uv(), &buffer, 1);
    out.clear();
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&socket_), [](uv_handle_t* handle) {
    Stream& stream = owner(handle);
    stream.released_ = true;
    stream.user_.on_released();
  });
}

}  // namespace spillway::net
