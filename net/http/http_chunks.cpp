#include "net/http/http_chunks.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "net/http/limits.hpp"

namespace spillway::net {
namespace {

constexpr HttpFailure malformed_chunk = {400, "A chunk of the body is malformed_chunk."};
constexpr HttpFailure malformed_trailer = {400, "A trailer field is malformed_chunk."};
constexpr HttpFailure too_large = {413, "The body is too large."};
constexpr HttpFailure too_much_overhead = {431, "The chunks carry too much besides the body."};

// An extension is ignored, but must be text (RFC 9112 7.1.1).
bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

// Each line of the block is "name:…", with a name that is a token.
bool are_fields(std::string_view block) {
  while (block != "\r\n") {
    const std::size_t end = block.find("\r\n");
    const std::size_t colon = block.substr(0, end).find(':');
    if (colon == std::string_view::npos || !is_token(block.substr(0, colon))) return false;
    block.remove_prefix(end + 2);
  }
  return true;
}

}  // namespace

HttpChunks::Step HttpChunks::fail(HttpFailure failure) {
  failure_ = failure;
  return Step::failed;
}

// chunk-size [ chunk-ext ] CRLF, without the white space some allow before an extension.
HttpChunks::Step HttpChunks::take_size_line(std::string_view& rest, std::size_t body_max,
                                            std::size_t overhead_max) {
  constexpr std::size_t digits_max = 16;
  const std::string_view window = rest.substr(0, limits::http_chunk_line_max);
  const std::size_t line_feed = window.find('\n');
  if (line_feed == std::string_view::npos) {
    return window.size() == limits::http_chunk_line_max ? fail(malformed_chunk) : Step::more;
  }
  std::string_view line = window.substr(0, line_feed);
  if (!line.ends_with('\r')) return fail(malformed_chunk);
  line.remove_suffix(1);
  std::uint64_t chunk_size = 0;
  const auto [stop, error] =
      std::from_chars(line.data(), line.data() + line.size(), chunk_size, 16);
  const std::size_t digits = static_cast<std::size_t>(stop - line.data());
  if (error != std::errc() || digits > digits_max) return fail(malformed_chunk);
  const std::string_view extension = line.substr(digits);
  if (!extension.empty() && (extension.front() != ';' || !is_text(extension))) {
    return fail(malformed_chunk);
  }
  if (chunk_size > body_max - joined_) return fail(too_large);
  extensions_ += extension.size();
  if (extensions_ > overhead_max) return fail(too_much_overhead);
  rest.remove_prefix(line_feed + 1);
  chunk_left_ = static_cast<std::size_t>(chunk_size);
  state_ = chunk_left_ == 0 ? State::trailers : State::data;
  return Step::next;
}

HttpChunks::Step HttpChunks::take_data_end(std::string_view& rest) {
  const std::size_t present = std::min<std::size_t>(rest.size(), 2);
  if (rest.substr(0, present) != std::string_view("\r\n").substr(0, present)) {
    return fail(malformed_chunk);
  }
  if (present < 2) return Step::more;
  rest.remove_prefix(2);
  state_ = State::size_line;
  return Step::next;
}

HttpChunks::Step HttpChunks::take_trailers(std::string_view& rest, std::size_t overhead_max) {
  switch (trailers_.scan(rest.substr(0, overhead_max))) {
    case HttpScan::Found::malformed:
      return fail(malformed_trailer);
    case HttpScan::Found::more:
      return rest.size() >= overhead_max ? fail(too_much_overhead) : Step::more;
    case HttpScan::Found::end:
      break;
  }
  if (!are_fields(rest.substr(0, trailers_.position()))) return fail(malformed_trailer);
  rest.remove_prefix(trailers_.position());
  state_ = State::done;
  return Step::next;
}

HttpFailure HttpChunks::join(char* bytes, std::size_t& size, std::size_t body_max,
                             std::size_t overhead_max) {
  std::string_view rest(bytes + joined_, size - joined_);
  Step step = Step::next;
  while (step == Step::next && state_ != State::done) {
    switch (state_) {
      case State::size_line:
        step = take_size_line(rest, body_max, overhead_max);
        break;
      case State::data: {
        const std::size_t taken = std::min(chunk_left_, rest.size());
        std::memmove(bytes + joined_, rest.data(), taken);
        joined_ += taken;
        chunk_left_ -= taken;
        rest.remove_prefix(taken);
        step = chunk_left_ == 0 ? Step::next : Step::more;
        if (chunk_left_ == 0) state_ = State::data_end;
        break;
      }
      case State::data_end:
        step = take_data_end(rest);
        break;
      case State::trailers:
        step = take_trailers(rest, overhead_max);
        break;
      case State::done:
        break;
    }
  }
  if (!rest.empty()) std::memmove(bytes + joined_, rest.data(), rest.size());
  size = joined_ + rest.size();
  return failure_;
}

}  // namespace spillway::net
