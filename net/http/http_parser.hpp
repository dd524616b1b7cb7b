// Requests out of the bytes of a connection, as they arrive.
//
// A head is looked at when it is whole; a request is given out when its body is whole too. What a
// connection must remember between two reads is HttpParse, a few dozen bytes; the rest is the
// HttpParser's, of which a loop needs only one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/http/http_chunks.hpp"
#include "net/http/http_head.hpp"
#include "net/http/http_message.hpp"
#include "net/http/http_scan.hpp"

namespace spillway::net {

// The request that is arriving on a connection. A new one for each request.
struct HttpParse {
  HttpScan scan{true};
  std::size_t head_begin = 0;
  std::size_t head_end = 0;  // 0: the head is not whole yet
  std::size_t content_length = 0;
  bool chunked = false;
  bool wants_continue = false;  // the client waits for 100 before it sends the body
  HttpChunks chunks;

  // The bytes up to where the request will end, as far as known.
  std::size_t expected_size() const { return head_end + content_length; }
};

class HttpParser {
 public:
  enum class Outcome { more, whole, failed };

  HttpParser(std::size_t head_max, std::size_t header_fields_max, std::size_t body_max);

  // `bytes` begins with the request of `parse` and holds all of it that has arrived, `size` bytes;
  // it may lie elsewhere than at the call before. Chunked bodies are joined in place, which makes
  // `size` shrink.
  Outcome advance(char* bytes, std::size_t& size, HttpParse& parse);

  // After `whole`, until the next call: the request, with views into the bytes, and how many of
  // them it takes up.
  const HttpRequest& request() const { return request_; }
  std::size_t request_size() const { return request_size_; }

  // After `failed`: 400, 413, 417, 431, 501 or 505. The connection is good for nothing more.
  const HttpFailure& failure() const { return failure_; }

 private:
  Outcome advance_head(const char* bytes, std::size_t size, HttpParse& parse);
  Outcome fail(const HttpFailure& failure);
  void fill_request(const char* bytes, const HttpParse& parse, std::size_t body_size);

  std::size_t head_max_;
  std::size_t header_fields_max_;
  std::size_t body_max_;
  HttpHead head_;  // reused for its memory
  HttpRequest request_;
  std::size_t request_size_ = 0;
  HttpFailure failure_;
};

}  // namespace spillway::net
