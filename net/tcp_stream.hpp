// A TCP connection, outgoing or accepted, for protocols of framed binary messages: it gathers what
// came until a whole message is there, and writes at once where the socket has room.
//
// Threads: everything on the loop's thread, the listener's calls too. A stream may be closed or
// destroyed within a call of its listener; no call comes after that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sockaddr;
struct uv_stream_s;

namespace spillway::net {

class EventLoop;

class TcpStreamListener {
 public:
  virtual ~TcpStreamListener() = default;
  // An outgoing connection stands. Not called for an accepted one.
  virtual void on_connected() = 0;
  // All that came and was not consumed yet; gives how many bytes are done with. They are wiped.
  virtual std::size_t on_bytes(std::string_view bytes) = 0;
  // The peer closed, the connection broke or could not be made.
  virtual void on_closed() = 0;
};

class TcpStream {
 public:
  // What one read may bring. A message must be smaller.
  static constexpr std::size_t read_buffer_size = 64 * 1024;

  // Connects to a name or address. There is no time limit here: whoever waits closes.
  static std::unique_ptr<TcpStream> connect(EventLoop& loop, const std::string& host,
                                            std::uint16_t port, TcpStreamListener& listener);

  // Closes at once. What the kernel has taken still goes out.
  ~TcpStream();

  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  // An accepted stream reads from here on.
  void start(TcpStreamListener& listener);

  // Takes all of it: what the socket does not take at once is copied, and the copy wiped when it
  // was written. The caller may wipe `bytes` as soon as this returns. An error shows as
  // `on_closed`, never within this call.
  void write(std::span<const char> bytes);

  // Bytes that were given to `write` and that the kernel has not taken.
  std::size_t unsent() const;

 private:
  friend class TcpListener;
  struct Handle;
  explicit TcpStream(std::shared_ptr<Handle> handle);
  static std::unique_ptr<TcpStream> accept(EventLoop& loop, uv_stream_s* server);

  std::shared_ptr<Handle> handle_;
};

}  // namespace spillway::net
