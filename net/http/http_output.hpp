// What waits to be sent on one connection, in the order in which it goes out: text of its own, and
// constant bodies (a document, a page) that are not copied: who asks for one of those and hardly
// reads has at most a piece of it held for him (limits::http_constant_piece).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/limits.hpp"

namespace spillway::net {

class HttpOutput {
 public:
  // What is to go out behind all that waits is appended to it.
  std::string& text() { return text_; }

  // `body` lives as long as the process.
  void append_constant(std::string_view body) {
    if (body.empty()) return;
    constants_.push_back({text_.size(), body});
    constants_size_ += body.size();
  }

  bool empty() const { return text_.empty() && constants_.empty(); }
  std::size_t size() const { return text_.size() + constants_size_; }  // bytes that are to go out
  std::size_t held() const { return text_.size(); }                    // those of its own memory

  // The piece that goes out next, which holds until something is appended: text whole, constants in
  // pieces of limits::http_constant_piece, since what the kernel does not take of one is copied.
  std::string_view next() const {
    if (constants_.empty()) return text_;
    const Constant& first = constants_.front();
    if (first.text_before > 0) return std::string_view(text_).substr(0, first.text_before);
    return first.body.substr(0, limits::http_constant_piece);
  }

  // The piece that next() gave has gone out.
  void drop_next() {
    if (constants_.empty()) return text_.clear();
    Constant& first = constants_.front();
    if (const std::size_t sent = first.text_before; sent > 0) {
      text_.erase(0, sent);
      if (text_.capacity() > limits::http_resting_buffer_max) text_.shrink_to_fit();
      for (Constant& constant : constants_) constant.text_before -= sent;
      return;
    }
    const std::size_t sent = next().size();
    first.body.remove_prefix(sent);
    constants_size_ -= sent;
    if (first.body.empty()) constants_.erase(constants_.begin());
  }

  // Gives memory back that is more than `most` bytes and not in use.
  void trim(std::size_t most) {
    if (!empty() || text_.capacity() <= most) return;
    text_ = std::string();
    constants_ = std::vector<Constant>();
  }

 private:
  struct Constant {
    std::size_t text_before;  // bytes of text_ that go out before it
    std::string_view body;
  };

  std::string text_;
  std::vector<Constant> constants_;
  std::size_t constants_size_ = 0;  // bytes
};

}  // namespace spillway::net
