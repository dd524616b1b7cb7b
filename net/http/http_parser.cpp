#include "net/http/http_parser.hpp"

#include <algorithm>

namespace spillway::net {

HttpParser::HttpParser(std::size_t head_max, std::size_t header_fields_max, std::size_t body_max)
    : head_max_(head_max), header_fields_max_(header_fields_max), body_max_(body_max) {
  head_.headers.reserve(header_fields_max);
}

HttpParser::Outcome HttpParser::fail(const HttpFailure& failure) {
  failure_ = failure;
  return Outcome::failed;
}

HttpParser::Outcome HttpParser::advance_head(const char* bytes, std::size_t size,
                                             HttpParse& parse) {
  switch (parse.scan.scan({bytes, std::min(size, head_max_)})) {
    case HttpScan::Found::malformed:
      return fail({400, "The head holds a control character or a malformed line."});
    case HttpScan::Found::more:
      return size >= head_max_ ? fail({431, "The head is too large."}) : Outcome::more;
    case HttpScan::Found::end:
      break;
  }
  parse.head_begin = parse.scan.begin();
  parse.head_end = parse.scan.position();
  const std::string_view head(bytes + parse.head_begin, parse.head_end - parse.head_begin);
  if (const HttpFailure failure = parse_head(head, header_fields_max_, head_)) {
    return fail(failure);
  }
  if (head_.content_length > body_max_) return fail({413, "The body is too large."});
  parse.content_length = static_cast<std::size_t>(head_.content_length);
  parse.chunked = head_.chunked;
  parse.wants_continue = head_.expects_continue && (parse.chunked || parse.content_length > 0);
  return Outcome::whole;
}

HttpParser::Outcome HttpParser::advance(char* bytes, std::size_t& size, HttpParse& parse) {
  const bool head_is_new = parse.head_end == 0;
  if (head_is_new) {
    const Outcome outcome = advance_head(bytes, size, parse);
    if (outcome != Outcome::whole) return outcome;
  }
  std::size_t body_size = parse.content_length;
  if (parse.chunked) {
    std::size_t rest = size - parse.head_end;
    const HttpFailure failure =
        parse.chunks.join(bytes + parse.head_end, rest, body_max_, head_max_);
    size = parse.head_end + rest;
    if (failure) return fail(failure);
    if (!parse.chunks.whole()) return Outcome::more;
    body_size = parse.chunks.joined();
  } else if (size < parse.expected_size()) {
    return Outcome::more;
  }
  if (!head_is_new) {
    // The bytes may have moved since. Taking the head apart once more is 0.3 µs, for the few
    // requests that arrive in pieces; keeping offsets would cost each connection a kilobyte.
    const std::string_view head(bytes + parse.head_begin, parse.head_end - parse.head_begin);
    if (const HttpFailure failure = parse_head(head, header_fields_max_, head_)) {
      return fail(failure);
    }
  }
  fill_request(bytes, parse, body_size);
  return Outcome::whole;
}

void HttpParser::fill_request(const char* bytes, const HttpParse& parse, std::size_t body_size) {
  request_.method = head_.method;
  request_.method_name = head_.method_name;
  request_.path = head_.path;
  request_.query = head_.query;
  request_.headers = head_.headers;
  request_.body = {bytes + parse.head_end, body_size};
  request_.version_minor = head_.version_minor;
  request_.keep_alive = head_.keep_alive;
  request_size_ = parse.head_end + body_size;
}

}  // namespace spillway::net
