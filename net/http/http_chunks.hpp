// Joins a chunked body in place (RFC 9112 7.1): sizes, extensions and trailers are checked, bounded
// and taken out, so that the body is one run of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http/http_head.hpp"
#include "net/http/http_scan.hpp"

namespace spillway::net {

// Resumable, one for each request.
class HttpChunks {
 public:
  // `bytes` begins with the body joined so far, `joined()` bytes, followed by what is still to be
  // read, `size` bytes together. Joins what it can and moves the rest, at last what follows the
  // message, up behind it; `size` shrinks accordingly.
  //
  // Failures: 400, 413 (more than body_max), 431 (trailers or chunk extensions of more than
  // overhead_max in sum).
  HttpFailure join(char* bytes, std::size_t& size, std::size_t body_max, std::size_t overhead_max);

  bool whole() const { return state_ == State::done; }
  std::size_t joined() const { return joined_; }

 private:
  enum class State : std::uint8_t { size_line, data, data_end, trailers, done };
  enum class Step : std::uint8_t { more, next, failed };

  // Each takes what it can from the front of `rest`.
  Step take_size_line(std::string_view& rest, std::size_t body_max, std::size_t overhead_max);
  Step take_data_end(std::string_view& rest);
  Step take_trailers(std::string_view& rest, std::size_t overhead_max);
  Step fail(HttpFailure failure);

  State state_ = State::size_line;
  std::size_t joined_ = 0;
  std::size_t chunk_left_ = 0;
  std::size_t extensions_ = 0;  // bytes so far
  HttpScan trailers_{false};
  HttpFailure failure_;
};

}  // namespace spillway::net
