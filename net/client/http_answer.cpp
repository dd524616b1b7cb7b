#include "net/client/http_answer.hpp"

#include <charconv>
#include <cstring>

#include "net/http/http_message.hpp"
#include "net/http/limits.hpp"

namespace spillway::net {
namespace {

constexpr std::size_t body_max = 64 * 1024 * 1024;  // a page of 500 orders is 0.4 MB

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// "HTTP/1.1 202 Accepted"; 0 when it is none.
int status_from(std::string_view line, bool& keep_alive) {
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return 0;
  int status = 0;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  if (error != std::errc() || end != line.data() + 12 || status < 100 || status > 599) return 0;
  keep_alive = line[7] != '0';
  return status;
}

}  // namespace

std::optional<std::string_view> HttpAnswer::find(std::string_view name) const {
  std::string_view rest = head;
  while (true) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (!equal_ignoring_case(rest.substr(0, name.size()), name)) continue;
    return trim(rest.substr(name.size() + 1, rest.find('\n') - name.size() - 1));
  }
}

HttpAnswerReader::Outcome HttpAnswerReader::fail(std::string_view flaw) {
  flaw_ = flaw;
  return Outcome::malformed;
}

bool HttpAnswerReader::read_field(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "content-length")) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length_);
    if (error != std::errc() || end != value.data() + value.size() || length_ > body_max) {
      return false;
    }
    if (body_ != Body::chunks) body_ = Body::length;
  } else if (equal_ignoring_case(name, "transfer-encoding")) {
    if (!equal_ignoring_case(value, "chunked")) return false;
    body_ = Body::chunks;
  } else if (equal_ignoring_case(name, "connection")) {
    if (equal_ignoring_case(value, "close")) keep_alive_ = false;
    if (equal_ignoring_case(value, "keep-alive")) keep_alive_ = true;
  }
  return true;
}

HttpAnswerReader::Outcome HttpAnswerReader::read_head(const char* bytes, std::size_t size) {
  const void* end = memmem(bytes, size, "\r\n\r\n", 4);
  constexpr std::string_view begin = "HTTP/1.";
  if (std::memcmp(bytes, begin.data(), std::min(size, begin.size())) != 0) {
    return fail("it does not begin as an HTTP/1.1 answer");
  }
  if (end == nullptr) {
    return size > limits::http_head_max ? fail("its head has no end") : Outcome::more;
  }
  head_size_ = static_cast<std::size_t>(static_cast<const char*>(end) - bytes) + 4;
  std::string_view head(bytes, head_size_ - 2);
  status_ = status_from(head.substr(0, head.find('\r')), keep_alive_);
  if (status_ == 0) return fail("its status line cannot be read");
  body_ = Body::until_close;
  head.remove_prefix(head.find('\n') + 1);
  while (!head.empty()) {
    const std::size_t line_end = head.find('\n');
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(line_end + 1);
    // Only these fields say how to read on; looking at a name's first letter saves most
    // comparisons.
    const char first = line.empty() ? ' ' : static_cast<char>(line.front() | 0x20);
    if (first != 'c' && first != 't') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail("one of its header lines has no colon");
    if (!read_field(line.substr(0, colon), trim(line.substr(colon + 1)))) {
      return fail("its length or transfer coding cannot be read");
    }
  }
  if (status_ < 200 || status_ == 204 || status_ == 304) {
    body_ = Body::length;
    length_ = 0;
  }
  return Outcome::whole;
}

void HttpAnswerReader::give(const char* bytes, std::size_t body_size, HttpAnswer& answer) const {
  answer.status = status_;
  answer.head = {bytes, head_size_};
  answer.body = {bytes + head_size_, body_size};
  answer.keep_alive = keep_alive_ && body_ != Body::until_close;
}

HttpAnswerReader::Outcome HttpAnswerReader::read(char* bytes, std::size_t& size, HttpAnswer& answer,
                                                 std::size_t& used) {
  while (head_size_ == 0) {
    if (size == skipped_) return Outcome::more;
    if (const auto found = read_head(bytes + skipped_, size - skipped_); found != Outcome::whole) {
      return found;
    }
    if (status_ >= 200) break;
    skipped_ += head_size_;
    head_size_ = 0;
  }
  char* begin = bytes + skipped_;
  std::size_t behind = size - skipped_ - head_size_;
  std::size_t body_size = length_;
  if (body_ == Body::until_close) {
    return behind > body_max ? fail("its body has no end") : Outcome::more;
  }
  if (body_ == Body::chunks) {
    if (chunks_.join(begin + head_size_, behind, body_max, body_max)) {
      return fail("its chunks cannot be read");
    }
    size = skipped_ + head_size_ + behind;
    if (!chunks_.whole()) return Outcome::more;
    body_size = chunks_.joined();
  } else if (behind < length_) {
    return Outcome::more;
  }
  give(begin, body_size, answer);
  used = skipped_ + head_size_ + body_size;
  reset();
  return Outcome::whole;
}

bool HttpAnswerReader::end(const char* bytes, std::size_t size, HttpAnswer& answer) {
  if (head_size_ == 0 || body_ != Body::until_close) return false;
  give(bytes + skipped_, size - skipped_ - head_size_, answer);
  reset();
  return true;
}

}  // namespace spillway::net
