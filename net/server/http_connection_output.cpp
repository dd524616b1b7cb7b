// The output half of HttpConnection.
#include "net/http/limits.hpp"
#include "net/http/problem.hpp"
#include "net/server/http_connection.hpp"
#include "net/server/http_loop.hpp"

namespace spillway::net {

namespace {

char status_class(int status) {
  return static_cast<char>('0' + status / 100);
}

}  // namespace

bool HttpConnection::answer(std::uint32_t sequence, int status, std::string_view content_type,
                            std::span<const HttpHeader> headers, std::string_view body, bool last) {
  const HttpAnswerForm* found = answers_.find(sequence);
  if (found == nullptr) return false;
  HttpAnswerForm form = *found;
  form.last |= last;
  linger_ |= last;
  append_answer(answers_.place(sequence), form, status, content_type, headers, body);
  loop_.count_status(form.kind, status_class(status));
  settle(sequence, last);
  if (status == 429) rest();
  return true;
}

bool HttpConnection::answer_constant(std::uint32_t sequence, int status,
                                     std::string_view content_type,
                                     std::span<const HttpHeader> headers, std::string_view body) {
  const HttpAnswerForm* form = answers_.find(sequence);
  if (form == nullptr) return false;
  append_head(answers_.place(sequence), *form, status, content_type, headers, body.size());
  if (sends_body(*form, status)) answers_.append_constant(sequence, body);
  loop_.count_status(form->kind, status_class(status));
  settle(sequence, false);
  return true;
}

void HttpConnection::settle(std::uint32_t sequence, bool last) {
  answers_.settle(sequence, last);
  no_more_ |= last;
  active_at_ = now();
  loop_.mark(*this);
}

void HttpConnection::rest() {
  if (resting_ || no_more_) return;
  resting_ = true;
  loop_.let_rest(*this);
}

void HttpConnection::wake() {
  resting_ = false;
  loop_.mark(*this);
}

bool HttpConnection::answer_raw(std::uint32_t sequence, std::string_view bytes) {
  const HttpAnswerForm* form = answers_.find(sequence);
  if (form == nullptr) return false;
  append_raw_answer(answers_.place(sequence), *form, bytes);
  constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();
  loop_.count_status(form->kind, bytes.at(status_at));
  settle(sequence, false);
  return true;
}

void HttpConnection::fail(const HttpFailure& failure) {
  no_more_ = true;
  head_since_ = body_since_ = 0;
  parse_.wants_continue = false;
  loop_.count_rejection(failure.status);
  const std::uint32_t sequence = answers_.expect({.last = true});
  constexpr HttpHeader retry_after = {"Retry-After", "1"};
  const std::string body = problem_json({.status = failure.status, .detail = failure.detail});
  answer(sequence, failure.status, problem_content_type,
         std::span(&retry_after, failure.status == 503 ? 1 : 0), body, true);
}

void HttpConnection::end_turn() {
  if (closing()) return;
  write_ready();
  if (closing()) return;
  tell_unread();
  send_continue();
  if (stalled_ && takes_requests()) {
    take_input();
    tell_unsent();
  }
  if (input_ended_ && !stalled_ && !no_more_) take_no_more();
  if (!lingering_ && !input_ended_) set_reading(takes_requests() || feed_);
  const bool sent = answers_.ready().empty() && !writing();
  if (feed_ && sent) tell_feed_drained();
  if (answers_.ended() && sent && !lingering_) end();
}

void HttpConnection::write_ready() {
  HttpOutput& ready = answers_.ready();
  if (ready.empty() || writing()) return;
  for (; !ready.empty() && !writing(); ready.drop_next()) {
    if (!stream_.write(ready.next())) return close();
  }
  ready.trim(limits::http_resting_buffer_max);
  if (!writing()) return;
  write_progress_at_ = now();
  write_size_ = write_left_ = stream_.unsent();
}

void HttpConnection::tell_unread() {
  const bool waits = !closing() && writing();
  loop_.unread().hold(*this, unread_, waits ? write_size_ + answers_.ready().held() : 0);
}

// The loop looks at the sum at the end of the turn.
void HttpConnection::tell_unsent() {
  const std::size_t held = closing() ? 0 : input_.size();
  loop_.unsent().hold(*this, unsent_, held);
  if (held > 0) loop_.mark(*this);
}

void HttpConnection::on_all_written() {
  active_at_ = now();
  loop_.mark(*this);
}

}  // namespace spillway::net
