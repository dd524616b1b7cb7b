#include "net/server/http_answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/invariants.hpp"
#include "net/http/http_date.hpp"

namespace spillway::net {
namespace {

constexpr std::string_view close_field = "Connection: close\r\n";
constexpr std::string_view keep_alive_field = "Connection: keep-alive\r\n";

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

std::string_view connection_field(HttpAnswerForm form) {
  if (form.last) return close_field;
  return form.http_1_0 ? keep_alive_field : std::string_view();
}

bool holds_no_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// A line break in a field would let whoever chose its text write the rest of the answer.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  SPILLWAY_CHECK(holds_no_line_break(name) && holds_no_line_break(value),
                 "a header field of an answer holds a line break");
  out.append(name).append(": ").append(value).append("\r\n");
}

// RFC 9110 8.6: these never have a body, nor a length of one.
bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

bool sends_body(HttpAnswerForm form, int status) {
  return has_body(status) && !form.without_body;
}

void append_head(std::string& out, HttpAnswerForm form, int status, std::string_view content_type,
                 std::span<const HttpHeader> headers, std::size_t body_size) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(status));
  out.append(" ").append(http_reason(status)).append("\r\nDate: ").append(http_date_now());
  out.append("\r\n");
  if (!content_type.empty()) append_field(out, "Content-Type", content_type);
  for (const HttpHeader& header : headers) append_field(out, header.name, header.value);
  if (has_body(status)) {
    out.append("Content-Length: ");
    append_number(out, body_size);
    out.append("\r\n");
  }
  out.append(connection_field(form)).append("\r\n");
}

void append_answer(std::string& out, HttpAnswerForm form, int status, std::string_view content_type,
                   std::span<const HttpHeader> headers, std::string_view body) {
  append_head(out, form, status, content_type, headers, body.size());
  if (sends_body(form, status)) out.append(body);
}

void append_raw_answer(std::string& out, HttpAnswerForm form, std::string_view bytes) {
  const std::string_view connection = connection_field(form);
  if (connection.empty() && !form.without_body) {
    out.append(bytes);
    return;
  }
  const std::size_t status_end = bytes.find("\r\n");
  const std::size_t head_end = bytes.find("\r\n\r\n");
  SPILLWAY_CHECK(head_end != std::string_view::npos, "a finished answer has no end of its head");
  out.append(bytes.substr(0, status_end + 2)).append(connection);
  bytes = bytes.substr(0, form.without_body ? head_end + 4 : bytes.size());
  out.append(bytes.substr(status_end + 2));
}

void append_feed_head(std::string& out, bool chunked, std::string_view content_type,
                      std::span<const HttpHeader> headers) {
  out.append("HTTP/1.1 200 OK\r\nDate: ").append(http_date_now()).append("\r\n");
  append_field(out, "Content-Type", content_type);
  for (const HttpHeader& header : headers) append_field(out, header.name, header.value);
  if (chunked) out.append("Transfer-Encoding: chunked\r\n");
  out.append(close_field).append("\r\n");
}

std::uint32_t HttpAnswers::expect(HttpAnswerForm form) {
  waiting_.push_back({.form = form, .text = {}, .constant = {}});
  return next_sequence_++;
}

const HttpAnswerForm* HttpAnswers::find(std::uint32_t sequence) const {
  if (ended_) return nullptr;
  const std::uint32_t offset = sequence - first_sequence_;
  SPILLWAY_CHECK(offset < unanswered(), "a request was answered twice, or never was");
  const Waiting& waiting = waiting_[first_ + offset];
  SPILLWAY_CHECK(!waiting.answered, "a request was answered twice");
  return &waiting.form;
}

std::string& HttpAnswers::place(std::uint32_t sequence) {
  return sequence == first_sequence_ ? ready_.text() : at(sequence).text;
}

void HttpAnswers::append_constant(std::uint32_t sequence, std::string_view body) {
  if (sequence == first_sequence_)
    ready_.append_constant(body);
  else
    at(sequence).constant = body;
}

void HttpAnswers::keep_open(std::uint32_t sequence) {
  at(sequence).open = true;
}

void HttpAnswers::settle(std::uint32_t sequence, bool last) {
  Waiting& settled = at(sequence);
  settled.answered = true;
  settled.form.last |= last;
  while (!ended_ && unanswered() > 0 && waiting_[first_].answered) {
    make_ready(waiting_[first_]);
    ended_ = waiting_[first_].form.last;
    pop_front();
  }
  if (ended_) {
    waiting_.clear();
    first_ = 0;
  } else if (unanswered() > 0 && waiting_[first_].open) {
    make_ready(waiting_[first_]);  // from here on its place is `ready_`
    waiting_[first_].text.clear();
  }
}

void HttpAnswers::make_ready(Waiting& waiting) {
  ready_.text().append(waiting.text);
  ready_.append_constant(waiting.constant);
}

void HttpAnswers::end_after_these() {
  if (unanswered() == 0) {
    ended_ = true;
  } else {
    waiting_.back().form.last = true;
  }
}

void HttpAnswers::pop_front() {
  // Elements are moved up only when half of them are done: a constant cost for each.
  ++first_;
  ++first_sequence_;
  if (first_ == waiting_.size()) {
    waiting_.clear();
    first_ = 0;
  } else if (first_ >= 64 && first_ * 2 >= waiting_.size()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace spillway::net
