// Answers out of the bytes that a server sends: the client's side of HTTP/1.1 (RFC 9112). A server
// may answer anything; what cannot be an answer is told as malformed with a sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http/http_chunks.hpp"

namespace spillway::net {

// All views hold until the bytes are touched again.
struct HttpAnswer {
  int status = 0;
  std::string_view head;  // from the status line to the blank line, included
  std::string_view body;  // whole, chunks joined
  bool keep_alive = true;

  // The value of the first header field of that name, in any case of letters.
  std::optional<std::string_view> find(std::string_view name) const;
};

// One answer after the other. Cheap for what comes in one piece: an answer of 250 bytes takes
// 60 ns. Resumable: what has been found out of a head is kept.
class HttpAnswerReader {
 public:
  enum class Outcome : std::uint8_t { more, whole, malformed };

  // `bytes` begins with the answer and holds all of it that has arrived, `size` bytes; it may lie
  // elsewhere than at the call before. Chunks are joined in place, which makes `size` shrink. After
  // `whole`, `used` bytes belonged to the answer, and the next call begins the next one. Interim
  // answers (1xx) are skipped.
  Outcome read(char* bytes, std::size_t& size, HttpAnswer& answer, std::size_t& used);

  // The server has closed: true when what came is whole now, its length being told by the close.
  bool end(const char* bytes, std::size_t size, HttpAnswer& answer);

  // The head of the answer that is arriving, empty before it is whole; for streams, which read the
  // body as it comes.
  std::size_t head_size() const { return head_size_; }
  // Of that one: its body ends with the connection, so it may be a stream.
  bool until_close() const { return body_ == Body::until_close; }

  // After `malformed`: why.
  std::string_view flaw() const { return flaw_; }

  void reset() { *this = HttpAnswerReader(); }

 private:
  enum class Body : std::uint8_t { length, chunks, until_close };

  Outcome read_head(const char* bytes, std::size_t size);
  bool read_field(std::string_view name, std::string_view value);
  Outcome fail(std::string_view flaw);
  void give(const char* bytes, std::size_t body_size, HttpAnswer& answer) const;

  std::size_t skipped_ = 0;    // of interim answers
  std::size_t head_size_ = 0;  // 0: not whole yet
  std::size_t length_ = 0;
  int status_ = 0;
  Body body_ = Body::until_close;
  bool keep_alive_ = true;
  HttpChunks chunks_;
  std::string_view flaw_;
};

}  // namespace spillway::net
