// HttpParser: a stream of requests, in any pieces.
//
// Holds: the same requests and the same end however the stream is cut up; a request that is given
// out has the form that RFC 9110 and 9112 ask for and keeps the limits; written anew from what was
// read, it reads as the same request, so that nothing in it could be taken for another one.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/invariants.hpp"
#include "net/http/http_parser.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::net {
namespace {

// Small, so that inputs reach them.
constexpr std::size_t head_max = 512;
constexpr std::size_t fields_max = 8;
constexpr std::size_t body_max = 256;

bool is_framing(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") ||
         equal_ignoring_case(name, "Transfer-Encoding");
}

std::string summary(const HttpRequest& request) {
  std::string text(request.method_name);
  text.append(" ").append(request.path).append("?").append(request.query);
  text.append(request.version_minor == 0 ? " 1.0" : " 1.1");
  for (const HttpHeader& header : request.headers) {
    if (!is_framing(header.name)) text.append("\n").append(header.name) += ":";
    if (!is_framing(header.name)) text.append(header.value);
  }
  text.append("\n\n").append(request.body);
  return text.append(request.keep_alive ? "\n;" : "\nclose;");
}

std::string written_anew(const HttpRequest& request) {
  std::string text(request.method_name);
  text.append(" ").append(request.path).append("?").append(request.query);
  if (request.path == "*") text = std::string(request.method_name) + " *";
  text.append(request.version_minor == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  for (const HttpHeader& header : request.headers) {
    if (is_framing(header.name)) continue;
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  text.append("Content-Length: ").append(std::to_string(request.body.size()));
  return text.append("\r\n\r\n").append(request.body);
}

void check_form(const HttpRequest& request) {
  SPILLWAY_CHECK(is_token(request.method_name), "a method is no token");
  SPILLWAY_CHECK(request.path == "*" || request.path.starts_with('/'), "a path begins otherwise");
  for (const std::string_view part : {request.path, request.query}) {
    SPILLWAY_CHECK(std::ranges::all_of(part, [](char c) { return c > ' ' && c < 0x7f; }),
                   "a target holds what no target may");
  }
  SPILLWAY_CHECK(request.headers.size() <= fields_max, "there are more fields than may be");
  SPILLWAY_CHECK(request.body.size() <= body_max, "a body is longer than may be");
  int hosts = 0;
  int lengths = 0;
  int encodings = 0;
  for (const HttpHeader& header : request.headers) {
    hosts += equal_ignoring_case(header.name, "Host");
    lengths += equal_ignoring_case(header.name, "Content-Length");
    encodings += equal_ignoring_case(header.name, "Transfer-Encoding");
    SPILLWAY_CHECK(is_token(header.name), "a field's name is no token");
    SPILLWAY_CHECK(
        std::ranges::none_of(
            header.value,
            [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f; }),
        "a field holds a control character");
  }
  SPILLWAY_CHECK(hosts <= 1 && (hosts == 1 || request.version_minor == 0), "not just one Host");
  SPILLWAY_CHECK(lengths + encodings <= 1, "a body has two lengths");
  SPILLWAY_CHECK(lengths + encodings == 1 || request.body.empty(), "a body has no length");
}

void check_anew(const HttpRequest& request) {
  const std::string text = written_anew(request);
  const std::string wanted = summary(request);
  std::vector<char> bytes(text.begin(), text.end());
  std::size_t size = bytes.size();
  HttpParser parser(2 * head_max + 256, fields_max + 1, body_max);
  HttpParse parse;
  SPILLWAY_CHECK(parser.advance(bytes.data(), size, parse) == HttpParser::Outcome::whole,
                 "a request that was written anew is not whole");
  SPILLWAY_CHECK(parser.request_size() == text.size(), "a request written anew ends elsewhere");
  SPILLWAY_CHECK(summary(parser.request()) == wanted, "a request written anew is another one");
}

// As a connection does: what is left is kept, and the memory is another one each time.
template <class NextPiece>
std::string read(std::string_view stream, NextPiece next_piece) {
  HttpParser parser(head_max, fields_max, body_max);
  HttpParse parse;
  std::string result;
  std::string kept;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, next_piece(stream.size()));
    stream.remove_prefix(piece.size());
    std::vector<char> bytes(kept.begin(), kept.end());
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    bytes.shrink_to_fit();
    std::size_t from = 0;
    std::size_t size = bytes.size();
    while (from < size) {
      std::size_t rest = size - from;
      const HttpParser::Outcome outcome = parser.advance(bytes.data() + from, rest, parse);
      SPILLWAY_CHECK(rest <= size - from, "a read made bytes");
      size = from + rest;
      if (outcome == HttpParser::Outcome::failed) {
        return result + std::to_string(parser.failure().status) +
               std::string(parser.failure().detail);
      }
      if (outcome == HttpParser::Outcome::more) break;
      check_form(parser.request());
      check_anew(parser.request());
      result += summary(parser.request());
      SPILLWAY_CHECK(parser.request_size() > 0 && parser.request_size() <= rest,
                     "a request ends beyond its bytes");
      from += parser.request_size();
      parse = {};
    }
    kept.assign(bytes.data() + from, size - from);
  }
  return result + (kept.empty() ? "" : "more");
}

}  // namespace
}  // namespace spillway::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t input_max = 4'096;
  if (size > input_max) return 0;
  spillway::fuzz::check_in_pieces(
      spillway::fuzz::text_of(data, size),
      [](std::string_view stream, auto next) { return spillway::net::read(stream, next); });
  return 0;
}
