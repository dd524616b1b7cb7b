// The head of a request: request line and header fields, taken apart and checked.
//
// Boost.Beast's parser does the splitting; docs/decisions/0001-http-parser.md says why, and what it
// lets through that is refused here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "net/http/http_message.hpp"

namespace spillway::net {

// What is wrong with a request: the status of its answer and a sentence for its sender.
struct HttpFailure {
  int status = 0;  // 0: nothing
  std::string_view detail;

  explicit operator bool() const { return status != 0; }
};

struct HttpHead {
  HttpMethod method = HttpMethod::other;
  std::string_view method_name;
  std::string_view target;  // as sent
  std::string_view path;
  std::string_view query;
  std::vector<HttpHeader> headers;
  std::uint8_t version_minor = 1;
  bool keep_alive = true;
  bool expects_continue = false;     // RFC 9110 10.1.1; never of HTTP/1.0
  bool chunked = false;              // RFC 9112 7.1
  std::uint64_t content_length = 0;  // 0 with chunked
};

// Fills `head` with views into `bytes`, which is a whole head that HttpScan has let through, blank
// line included. On a failure the content of `head` means nothing.
HttpFailure parse_head(std::string_view bytes, std::size_t header_fields_max, HttpHead& head);

bool is_token(std::string_view text);  // RFC 9110 5.6.2

}  // namespace spillway::net
