// A TCP connection, outgoing or accepted, in the clear or under TLS, for protocols of framed binary
// messages: it gathers what came until a whole message is there, and writes at once where the
// socket has room.
//
// Threads: everything on the loop's thread, the listener's calls too. A stream may be closed or
// destroyed within a call of its listener; no call comes after that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/tls/tls_session.hpp"

struct uv_stream_s;

namespace spillway::net {

class EventLoop;

class TcpStreamListener {
 public:
  virtual ~TcpStreamListener() = default;
  // An outgoing connection stands, and is secured where it is under TLS. Not called for an accepted
  // one.
  virtual void on_connected() = 0;
  // All that came and was not consumed yet; gives how many bytes are done with. They are wiped.
  virtual std::size_t on_bytes(std::string_view bytes) = 0;
  // The peer closed, the connection broke or could not be made. Once.
  virtual void on_closed() = 0;
};

class TcpStream {
 public:
  // What one read may bring. A message must be smaller.
  static constexpr std::size_t read_buffer_size = 64 * 1024;

  // Connects to a name or address, under TLS with a `tls`. There is no time limit here: whoever
  // waits closes.
  static std::unique_ptr<TcpStream> connect(EventLoop& loop, const std::string& host,
                                            std::uint16_t port, TcpStreamListener& listener,
                                            const std::optional<TlsPeer>& tls = std::nullopt);

  // Closes at once. What the kernel has taken still goes out.
  ~TcpStream();

  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  // An accepted stream reads from here on.
  void start(TcpStreamListener& listener);

  // Takes all of it: what the socket does not take at once is copied, and the copy wiped when it
  // was written. The caller may wipe `bytes` as soon as this returns. Not before the connection
  // stands. An error shows as `on_closed`, never within this call.
  void write(std::span<const char> bytes);

  // Bytes on the wire that the kernel has not taken.
  std::size_t unsent() const;

  // Why TLS came to nothing or broke, in a sentence; empty when it did not.
  const std::string& failure() const;

  // Why an outgoing connection could not be made ("connection refused"); empty when it was.
  const std::string& unreachable() const;

 private:
  friend class TcpListener;
  struct Handle;
  explicit TcpStream(std::shared_ptr<Handle> handle);
  static std::unique_ptr<TcpStream> accept(EventLoop& loop, uv_stream_s* server,
                                           const TlsContext* tls);

  std::shared_ptr<Handle> handle_;
};

}  // namespace spillway::net
