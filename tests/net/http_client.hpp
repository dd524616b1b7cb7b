// A client for tests that says exactly what it is told to, byte by byte, and reads answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spillway::net {

struct HttpReply {
  int status = 0;  // 0: none came
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The value of a header of exactly that name, or "".
  std::string header(std::string_view name) const;
};

// A connection to 127.0.0.1. Every wait ends after `patience` and then reads as nothing.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  virtual ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&&) = delete;

  // False when the server has closed.
  virtual bool send(std::string_view bytes);
  virtual void end_output();  // half-closes
  void reset();               // closes with a RST
  void close();

  // The next answer; interim ones (1xx) too. `to_head`: an answer without a body.
  HttpReply read_reply(bool to_head = false);

  // What comes next, at most `size` bytes; empty at the end and after a reset.
  std::string read_some(std::size_t size = 65536);

  // The connection was ended by the server, and nothing was left to read.
  virtual bool is_ended();

 protected:
  // As recv(2).
  virtual std::ptrdiff_t receive(char* into, std::size_t size);

  static constexpr std::chrono::seconds patience{20};
  int socket_ = -1;
  std::string received_;

 private:
  bool fill();  // reads on; false at the end
};

}  // namespace spillway::net
