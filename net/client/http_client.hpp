// Connections of an HTTP client that has many of them: one request at a time each, one read and one
// write a request, no allocation. Answers are read in a buffer that all connections of a loop
// share; only what came in pieces is kept with its connection.
//
// Threads: everything on the loop's thread, the owner's calls too. A connection may be closed or
// destroyed within a call of its owner; no call comes after that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/client/http_answer.hpp"

namespace spillway::net {

class EventLoop;
class HttpClientConnection;

enum class HttpClientFailure : std::uint8_t {
  unreachable = 0,   // no connection could be made
  closed = 1,        // the server closed or reset it
  malformed = 2,     // what came is no answer
  not_expected = 3,  // an answer to nothing that was asked
};

class HttpClientOwner {
 public:
  virtual ~HttpClientOwner() = default;
  virtual void on_connected(HttpClientConnection& connection) = 0;
  // The views of the answer hold during the call. Where `keep_alive` is false the server closes.
  virtual void on_answer(HttpClientConnection& connection, const HttpAnswer& answer) = 0;
  // The connection is closed. `reason` is a clause for a sentence: "connection refused".
  virtual void on_failed(HttpClientConnection& connection, HttpClientFailure failure,
                         std::string_view reason) = 0;
  // Of a connection that streams: more of the body came.
  virtual void on_stream(HttpClientConnection&, std::string_view) {}
};

// What the connections of one loop share. Outlives them.
class HttpClientMemory {
 public:
  static constexpr std::size_t size = 256 * 1024;
  char* data() { return bytes_.get(); }

 private:
  std::unique_ptr<char[]> bytes_{new char[size]};
};

class HttpClientConnection {
 public:
  // `address` is numeric, IPv4 or IPv6. Connects with `connect`.
  HttpClientConnection(EventLoop& loop, HttpClientMemory& memory, std::string address,
                       std::uint16_t port, HttpClientOwner& owner);
  ~HttpClientConnection();

  HttpClientConnection(const HttpClientConnection&) = delete;
  HttpClientConnection& operator=(const HttpClientConnection&) = delete;

  // Opens the connection; one that is open is closed first. Tells on_connected or on_failed, never
  // within this call.
  void connect();
  void close();
  bool is_open() const { return handle_ != nullptr; }

  // Sends a request or the rest of one: the bytes may be touched again when this returns. An error
  // shows as on_failed, never within this call. One answer is expected for each call with
  // `last_part`.
  void send(std::string_view bytes, bool last_part = true);

  // From here on a body that ends with the connection is told by on_stream as it comes: server-sent
  // events, asked for with HTTP/1.0 so that they are not cut in chunks.
  void stream_answers() { streams_ = true; }

 private:
  struct Handle;
  friend struct Handle;

  void on_read(char* bytes, std::size_t size);
  bool take_answers(char* bytes, std::size_t& size);  // false: closed or failed meanwhile
  void on_end(std::string_view reason);
  void fail(HttpClientFailure failure, std::string_view reason);

  EventLoop& loop_;
  HttpClientMemory& memory_;
  const std::string address_;
  const std::uint16_t port_;
  HttpClientOwner& owner_;
  Handle* handle_ = nullptr;  // libuv frees it later than we do
  HttpAnswerReader reader_;
  std::uint32_t expected_ = 0;  // answers
  bool streams_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for what is told later
  std::unique_ptr<char[]> kept_;  // the beginning of an answer whose rest has not come
  std::size_t kept_size_ = 0;
  std::size_t kept_capacity_ = 0;
};

}  // namespace spillway::net
