#include "net/stream/tcp_stream.hpp"

#include <cstring>
#include <functional>
#include <utility>

#include <uv.h>

#include "engine/card/card.hpp"
#include "net/stream/event_loop.hpp"
#include "net/stream/stream.hpp"

namespace spillway::net {

// What libuv points into. It outlives its TcpStream until libuv has let go of it and, where a name
// is being resolved, until that is over.
struct TcpStream::Handle final : StreamUser {
  explicit Handle(EventLoop& loop) : stream(loop.uv(), *this) {}

  Stream stream;
  uv_connect_t connecting{};
  TcpStreamListener* listener = nullptr;  // null: closed, nobody is told anything any more
  std::shared_ptr<Handle> self;           // until libuv has let go
  std::size_t filled = 0;
  std::unique_ptr<char[]> buffer = std::make_unique<char[]>(read_buffer_size);

  static std::shared_ptr<Handle> open(EventLoop& loop) {
    auto handle = std::make_shared<Handle>(loop);
    handle->self = handle;
    return handle;
  }

  void connect_to(const sockaddr* address);
  void tell_connected() {
    if (listener != nullptr) listener->on_connected();
  }
  void tell_closed() {
    if (TcpStreamListener* told = std::exchange(listener, nullptr)) told->on_closed();
  }

  std::span<char> room() override { return {buffer.get() + filled, read_buffer_size - filled}; }
  void on_bytes(std::span<char> bytes) override;
  void on_secured() override {
    if (outgoing) tell_connected();
  }
  void on_end() override { tell_closed(); }
  void on_broken() override { tell_closed(); }
  void on_all_written() override {}
  void on_released() override {
    wipe(buffer.get(), filled);
    const std::shared_ptr<Handle> last = std::move(self);
  }

  void tell_unreachable(int error) {
    unreachable = uv_strerror(error);
    tell_closed();
  }

  bool outgoing = false;
  std::string unreachable;
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

}  // namespace

void TcpStream::Handle::connect_to(const sockaddr* address) {
  uv_tcp_nodelay(stream.socket(), 1);
  connecting.data = this;
  const int failed =
      uv_tcp_connect(&connecting, stream.socket(), address, [](uv_connect_t* request, int status) {
        auto* handle = static_cast<Handle*>(request->data);
        if (handle->listener == nullptr) return;
        if (status != 0) return handle->tell_unreachable(status);
        if (!handle->stream.start_reading()) return handle->tell_closed();
        if (handle->stream.under_tls())
          handle->stream.begin_handshake();
        else
          handle->tell_connected();
      });
  if (failed != 0)
    tell_later(stream.uv()->loop, [handle = self, failed] { handle->tell_unreachable(failed); });
}

void TcpStream::Handle::on_bytes(std::span<char> bytes) {
  if (listener == nullptr) return;
  filled += bytes.size();
  const std::size_t consumed = listener->on_bytes({buffer.get(), filled});
  // Within the call the stream may have been closed; the memory lives until libuv has let go.
  wipe(buffer.get(), consumed);
  filled -= consumed;
  if (consumed != 0 && filled != 0) {
    std::memmove(buffer.get(), buffer.get() + consumed, filled);
    wipe(buffer.get() + filled, consumed);
  }
  if (filled == read_buffer_size) tell_closed();
}

TcpStream::TcpStream(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

TcpStream::~TcpStream() {
  handle_->listener = nullptr;
  handle_->stream.close();
}

std::unique_ptr<TcpStream> TcpStream::connect(EventLoop& loop, const std::string& host,
                                              std::uint16_t port, TcpStreamListener& listener,
                                              const std::optional<TlsPeer>& tls) {
  auto handle = Handle::open(loop);
  handle->listener = &listener;
  handle->outgoing = true;
  if (tls) handle->stream.secure(std::make_unique<TlsSession>(*tls));
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
        if (status != 0 || found == nullptr)
          return done->handle->tell_unreachable(status != 0 ? status : UV_EAI_NONAME);
        done->handle->connect_to(found->ai_addr);
      },
      host.c_str(), std::to_string(port).c_str(), &wanted);
  if (failed == 0) {
    resolve.release();  // its callback owns it
  } else {
    tell_later(loop.uv(), [handle, failed] { handle->tell_unreachable(failed); });
  }
  return std::unique_ptr<TcpStream>(new TcpStream(std::move(handle)));
}

std::unique_ptr<TcpStream> TcpStream::accept(EventLoop& loop, uv_stream_s* server,
                                             const TlsContext* tls) {
  std::unique_ptr<TcpStream> accepted(new TcpStream(Handle::open(loop)));
  Stream& stream = accepted->handle_->stream;
  if (uv_accept(server, stream.uv()) != 0) return nullptr;
  uv_tcp_nodelay(stream.socket(), 1);
  if (tls != nullptr) stream.secure(std::make_unique<TlsSession>(*tls));
  return accepted;
}

void TcpStream::start(TcpStreamListener& listener) {
  handle_->listener = &listener;
  if (!handle_->stream.start_reading()) {
    tell_later(handle_->stream.uv()->loop, [handle = handle_] { handle->tell_closed(); });
  }
}

// A broken connection is told by the reading side.
void TcpStream::write(std::span<const char> bytes) {
  handle_->stream.write({bytes.data(), bytes.size()});
}

std::size_t TcpStream::unsent() const {
  return handle_->stream.unsent();
}

const std::string& TcpStream::failure() const {
  return handle_->stream.failure();
}

const std::string& TcpStream::unreachable() const {
  return handle_->unreachable;
}

}  // namespace spillway::net
