#include "net/stream/tcp_listener.hpp"

#include <utility>

#include <uv.h>

#include "engine/base/invariants.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {

struct TcpListener::Handle {
  uv_tcp_t uv{};
  EventLoop* loop = nullptr;
  OnAccept on_accept;
  std::shared_ptr<const TlsContext> tls;

  void close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&uv),
             [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
  }
};

namespace {

constexpr int backlog = 128;

std::uint16_t port_of(const uv_tcp_t& socket) {
  sockaddr_storage address{};
  int size = sizeof address;
  SPILLWAY_CHECK(uv_tcp_getsockname(&socket, reinterpret_cast<sockaddr*>(&address), &size) == 0,
                 "a listening socket has no address");
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Result<std::unique_ptr<TcpListener>> TcpListener::listen(EventLoop& loop,
                                                         const std::string& address,
                                                         std::uint16_t port, OnAccept on_accept,
                                                         std::shared_ptr<const TlsContext> tls) {
  sockaddr_storage where{};
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&where)) != 0 &&
      uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&where)) != 0) {
    return Error{"\"" + address + "\" is not an IPv4 or IPv6 address"};
  }
  auto* handle = new Handle{{}, &loop, std::move(on_accept), std::move(tls)};
  SPILLWAY_CHECK(uv_tcp_init(loop.uv(), &handle->uv) == 0, "a socket handle could not be made");
  handle->uv.data = handle;
  int failed = uv_tcp_bind(&handle->uv, reinterpret_cast<const sockaddr*>(&where), 0);
  if (failed == 0) {
    failed = uv_listen(
        reinterpret_cast<uv_stream_t*>(&handle->uv), backlog, [](uv_stream_t* server, int status) {
          auto* self = static_cast<Handle*>(server->data);
          if (status != 0) return;
          if (auto stream = TcpStream::accept(*self->loop, server, self->tls.get())) {
            self->on_accept(std::move(stream));
          }
        });
  }
  if (failed != 0) {
    handle->close();
    return Error{"cannot listen on " + address + ":" + std::to_string(port) + ": " +
                 uv_strerror(failed)};
  }
  return std::unique_ptr<TcpListener>(new TcpListener(handle, port_of(handle->uv)));
}

TcpListener::~TcpListener() {
  handle_->close();
}

}  // namespace spillway::net
