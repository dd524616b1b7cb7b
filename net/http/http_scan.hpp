// Finds the end of a block of header lines in bytes that are still arriving, and refuses what no
// line may hold. Servers and proxies that disagree about where a line or a message ends can be made
// to read one request as two (request smuggling), so the reading is as narrow as RFC 9112 allows.
#pragma once

#include <cstddef>
#include <string_view>

namespace spillway::net {

// Resumable: keeps its place, so that each byte is looked at once however the block is cut up.
class HttpScan {
 public:
  enum class Found { more, end, malformed };

  // `first_line`: the block begins with a start line, before which one empty line is skipped
  // (RFC 9112 2.2). Without it, the block may be empty: trailers.
  explicit HttpScan(bool first_line) : first_line_(first_line) {}

  // `bytes` is the block from its beginning, at least as long as at the call before. Malformed is a
  // control character but HTAB, a CR or LF by itself (RFC 9112 2.2), or a line that begins with
  // white space (obs-fold, RFC 9112 5.2).
  Found scan(std::string_view bytes);

  std::size_t begin() const { return begin_; }        // of the first line
  std::size_t position() const { return position_; }  // at the end: one past the blank line

 private:
  Found end_line(std::string_view bytes);

  std::size_t position_ = 0;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;  // where the current line begins
  bool first_line_;
};

}  // namespace spillway::net
