// Accepts TCP connections at an address. Made, used and destroyed on the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "net/stream/tcp_stream.hpp"

namespace spillway::net {

class TcpListener {
 public:
  using OnAccept = std::function<void(std::unique_ptr<TcpStream>)>;

  // `address` is numeric (IPv4 or IPv6); port 0 takes a free one. Connections are under TLS with a
  // `tls`. The error says what the system said: the address is in use, or not this machine's.
  static Result<std::unique_ptr<TcpListener>> listen(EventLoop& loop, const std::string& address,
                                                     std::uint16_t port, OnAccept on_accept,
                                                     std::shared_ptr<const TlsContext> tls = {});
  ~TcpListener();

  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  struct Handle;
  TcpListener(Handle* handle, std::uint16_t port) : handle_(handle), port_(port) {}

  Handle* handle_;  // lives until libuv's close callback
  std::uint16_t port_;
};

}  // namespace spillway::net
