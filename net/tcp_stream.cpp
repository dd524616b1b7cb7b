#include "net/tcp_stream.hpp"

#include <cstring>
#include <vector>

#include <uv.h>

#include "engine/card.hpp"
#include "engine/invariants.hpp"
#include "net/event_loop.hpp"

namespace spillway::net {

// What libuv points into. It outlives its TcpStream until libuv's close callback and, where a name
// is being resolved, until that is over.
struct TcpStream::Handle {
  uv_tcp_t uv{};
  uv_connect_t connecting{};
  TcpStreamListener* listener = nullptr;  // null: closed, nobody is told anything any more
  std::shared_ptr<Handle> self;           // until the close callback
  std::size_t filled = 0;
  std::unique_ptr<char[]> buffer = std::make_unique<char[]>(read_buffer_size);

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&uv); }

  static std::shared_ptr<Handle> open(EventLoop& loop) {
    auto handle = std::make_shared<Handle>();
    SPILLWAY_CHECK(uv_tcp_init(loop.uv(), &handle->uv) == 0, "a socket handle could not be made");
    handle->uv.data = handle.get();
    handle->self = handle;
    return handle;
  }

  void connect_to(const sockaddr* address);
  void read();
  void on_read(ssize_t size);
};

namespace {

// A failure that libuv reports within our own call is told from the loop, so that no listener is
// called from within a call it made.
struct Failure {
  uv_timer_t timer{};
  std::function<void()> tell;
};

void tell_later(uv_loop_t* loop, std::function<void()> tell) {
  auto* failure = new Failure{{}, std::move(tell)};
  uv_timer_init(loop, &failure->timer);
  failure->timer.data = failure;
  uv_timer_start(
      &failure->timer,
      [](uv_timer_t* timer) {
        static_cast<Failure*>(timer->data)->tell();
        uv_close(reinterpret_cast<uv_handle_t*>(timer),
                 [](uv_handle_t* handle) { delete static_cast<Failure*>(handle->data); });
      },
      0, 0);
}

struct PendingWrite {
  uv_write_t request{};
  std::vector<char> bytes;
};

}  // namespace

void TcpStream::Handle::connect_to(const sockaddr* address) {
  uv_tcp_nodelay(&uv, 1);
  connecting.data = this;
  const int failed =
      uv_tcp_connect(&connecting, &uv, address, [](uv_connect_t* request, int status) {
        auto* handle = static_cast<Handle*>(request->data);
        if (handle->listener == nullptr) return;
        if (status != 0) return handle->listener->on_closed();
        handle->read();
        handle->listener->on_connected();
      });
  if (failed != 0) {
    tell_later(uv.loop, [handle = self] {
      if (handle->listener != nullptr) handle->listener->on_closed();
    });
  }
}

void TcpStream::Handle::read() {
  uv_read_start(
      stream(),
      [](uv_handle_t* uv_handle, std::size_t, uv_buf_t* into) {
        auto* handle = static_cast<Handle*>(uv_handle->data);
        *into = uv_buf_init(handle->buffer.get() + handle->filled,
                            static_cast<unsigned>(read_buffer_size - handle->filled));
      },
      [](uv_stream_t* uv_stream, ssize_t size, const uv_buf_t*) {
        static_cast<Handle*>(uv_stream->data)->on_read(size);
      });
}

void TcpStream::Handle::on_read(ssize_t size) {
  if (listener == nullptr || size == 0) return;
  if (size < 0) return listener->on_closed();
  filled += static_cast<std::size_t>(size);
  const std::size_t consumed = listener->on_bytes({buffer.get(), filled});
  // Within the call the stream may have been closed; the memory lives until the close callback.
  wipe(buffer.get(), consumed);
  filled -= consumed;
  if (consumed != 0 && filled != 0) {
    std::memmove(buffer.get(), buffer.get() + consumed, filled);
    wipe(buffer.get() + filled, consumed);
  }
  if (listener != nullptr && filled == read_buffer_size) listener->on_closed();
}

TcpStream::TcpStream(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

TcpStream::~TcpStream() {
  handle_->listener = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->uv), [](uv_handle_t* uv_handle) {
    auto* handle = static_cast<Handle*>(uv_handle->data);
    wipe(handle->buffer.get(), handle->filled);
    const std::shared_ptr<Handle> last = std::move(handle->self);
  });
}

std::unique_ptr<TcpStream> TcpStream::connect(EventLoop& loop, const std::string& host,
                                              std::uint16_t port, TcpStreamListener& listener) {
  auto handle = Handle::open(loop);
  handle->listener = &listener;
  sockaddr_storage address{};
  if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
      uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0) {
    handle->connect_to(reinterpret_cast<const sockaddr*>(&address));
    return std::unique_ptr<TcpStream>(new TcpStream(std::move(handle)));
  }

  struct Resolve {
    uv_getaddrinfo_t request{};
    std::shared_ptr<Handle> handle;
  };
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  auto resolve = std::make_unique<Resolve>(Resolve{{}, handle});
  resolve->request.data = resolve.get();
  const int failed = uv_getaddrinfo(
      loop.uv(), &resolve->request,
      [](uv_getaddrinfo_t* request, int status, addrinfo* found) {
        const std::unique_ptr<Resolve> done(static_cast<Resolve*>(request->data));
        const std::unique_ptr<addrinfo, decltype(&uv_freeaddrinfo)> addresses(found,
                                                                              &uv_freeaddrinfo);
        if (done->handle->listener == nullptr) return;
        if (status != 0 || found == nullptr) return done->handle->listener->on_closed();
        done->handle->connect_to(found->ai_addr);
      },
      host.c_str(), std::to_string(port).c_str(), &wanted);
  if (failed == 0) {
    resolve.release();  // its callback owns it
  } else {
    tell_later(loop.uv(), [handle] {
      if (handle->listener != nullptr) handle->listener->on_closed();
    });
  }
  return std::unique_ptr<TcpStream>(new TcpStream(std::move(handle)));
}

std::unique_ptr<TcpStream> TcpStream::accept(EventLoop& loop, uv_stream_s* server) {
  std::unique_ptr<TcpStream> stream(new TcpStream(Handle::open(loop)));
  if (uv_accept(server, stream->handle_->stream()) != 0) return nullptr;
  uv_tcp_nodelay(&stream->handle_->uv, 1);
  return stream;
}

void TcpStream::start(TcpStreamListener& listener) {
  handle_->listener = &listener;
  handle_->read();
}

void TcpStream::write(std::span<const char> bytes) {
  // Nothing may overtake what waits: libuv's try fails with EAGAIN while its own queue holds
  // something. A broken connection is told by the reading side.
  uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  const int written = uv_try_write(handle_->stream(), &buffer, 1);
  if (written < 0 && written != UV_EAGAIN) return;
  const auto rest = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  if (rest.empty()) return;

  auto pending = std::make_unique<PendingWrite>();
  pending->bytes.assign(rest.begin(), rest.end());
  pending->request.data = pending.get();
  buffer = uv_buf_init(pending->bytes.data(), static_cast<unsigned>(pending->bytes.size()));
  const int failed =
      uv_write(&pending->request, handle_->stream(), &buffer, 1, [](uv_write_t* request, int) {
        const std::unique_ptr<PendingWrite> done(static_cast<PendingWrite*>(request->data));
        wipe(done->bytes.data(), done->bytes.size());
      });
  if (failed == 0) {
    pending.release();  // its callback owns it
  } else {
    wipe(pending->bytes.data(), pending->bytes.size());
  }
}

std::size_t TcpStream::unsent() const {
  return uv_stream_get_write_queue_size(handle_->stream());
}

}  // namespace spillway::net
