// What an HTTP handler reads and writes: a request as views into the connection's memory, a
// response as values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spillway::net {

enum class HttpMethod : std::uint8_t {
  get = 1,
  head = 2,
  post = 3,
  put = 4,
  patch = 5,
  delete_ = 6,
  options = 7,
  other = 8,  // a valid token that is none of the above: see method_name
};

struct HttpHeader {
  std::string_view name;
  std::string_view value;  // without the white space around it
};

// A whole request whose form has been checked (RFC 9110, RFC 9112). All views, the headers' array
// too, hold during HttpHandler::on_request only.
struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  std::string_view method_name;  // "POST"; methods are case-sensitive (RFC 9110 9.1)
  std::string_view path;         // as sent, percent-encoded: "/v1/orders"; "*" of OPTIONS *
  std::string_view query;        // what stands after '?', as sent; empty without one
  std::span<const HttpHeader> headers;
  std::string_view body;           // whole, chunks joined; empty without one
  std::uint8_t version_minor = 1;  // HTTP/1.0 or HTTP/1.1
  bool keep_alive = true;          // the connection serves further requests after this one

  // The value of the first header of that name, in any case of letters (RFC 9110 5.1).
  std::optional<std::string_view> find(std::string_view name) const;
};

// An answer. Content-Length, Date and Connection are the server's: they do not belong in `headers`.
// Names and values are the handler's own text; the server stops the process on a CR, LF or NUL in
// them, since with one a client could write the rest of the answer itself.
struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: none
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool close = false;  // end the connection after this answer
};

// "Accepted" of 202 (RFC 9110 15); "Unknown" of a code that has no name here.
std::string_view http_reason(int status);

bool equal_ignoring_case(std::string_view left, std::string_view right);  // ASCII

}  // namespace spillway::net
