#include "net/server/http_connection.hpp"

#include <algorithm>

#include "engine/base/invariants.hpp"
#include "net/http/limits.hpp"
#include "net/server/http_loop.hpp"

namespace spillway::net {
namespace {

bool passed(std::uint64_t since, std::uint64_t now, std::chrono::milliseconds limit) {
  return now - since > static_cast<std::uint64_t>(limit.count());
}

}  // namespace

HttpConnection::HttpConnection(HttpLoop& loop, std::uint64_t id)
    : loop_(loop), id_(id), stream_(loop.uv(), *this) {
  active_at_ = now();
}

std::uint64_t HttpConnection::now() const {
  return uv_now(loop_.uv());
}

void HttpConnection::accept(uv_stream_t* listener, const TlsContext* tls) {
  if (uv_accept(listener, stream_.uv()) != 0) {
    close();
    return;
  }
  // An answer is written whole; waiting for more would only delay it.
  uv_tcp_nodelay(stream_.socket(), 1);
  if (tls != nullptr) {
    stream_.secure(std::make_unique<TlsSession>(*tls));
    secured_ = false;
    loop_.handshakes().begin(*this, handshake_);
  }
  set_reading(true);
}

// ---- Input

bool HttpConnection::takes_requests() const {
  return !no_more_ && !resting_ && !closing() &&
         answers_.unanswered() < loop_.limits().pipeline_max &&
         answers_.ready().size() + stream_.unsent() <= loop_.limits().output_max;
}

void HttpConnection::set_reading(bool wanted) {
  if (wanted == reading_ || closing()) return;
  reading_ = wanted;
  if (!wanted) {
    stream_.stop_reading();
    return;
  }
  // The time without reading was not the client's.
  if (head_since_ != 0) head_since_ = now();
  if (body_since_ != 0) body_since_ = now();
  if (!stream_.start_reading()) close();
}

// The loop's buffer, unless the beginning of a request already waits for its rest.
std::span<char> HttpConnection::room() {
  if (input_.empty() || lingering_) return loop_.read_buffer();
  // A read that fills its buffer makes libuv read once more; hence more room than is expected.
  constexpr std::size_t spare = 2048;
  input_.reserve(std::max(parse_.expected_size(), input_.size()) + spare);
  return {input_.tail(), input_.room()};
}

void HttpConnection::on_bytes(std::span<char> bytes) {
  if (lingering_ || feed_) return;  // nothing is read, but the end is noticed
  active_at_ = now();
  std::size_t size = bytes.size();
  if (input_.empty()) {
    const std::size_t used = consume(bytes.data(), size);
    input_.append({bytes.data() + used, size - used});
    wipe(bytes.data(), bytes.size());  // it may have held a card, and serves the next connection
  } else {
    input_.grow(size);
    take_input();
  }
  tell_unsent();
  set_reading(takes_requests() || feed_);
}

void HttpConnection::take_input() {
  std::size_t size = input_.size();
  const std::size_t used = consume(input_.data(), size);
  input_.keep(used, size - used);
  input_.trim(limits::http_resting_buffer_max);
}

// Hands over the whole requests and gives how many bytes they took; `size` shrinks by what was
// taken out of chunked bodies.
std::size_t HttpConnection::consume(char* bytes, std::size_t& size) {
  std::size_t used = 0;
  while (used < size && takes_requests()) {
    std::size_t rest = size - used;
    const HttpParser::Outcome outcome = loop_.parser().advance(bytes + used, rest, parse_);
    size = used + rest;
    if (outcome == HttpParser::Outcome::more) {
      await_rest(rest);
      return used;
    }
    if (outcome == HttpParser::Outcome::failed) {
      fail(loop_.parser().failure());
      break;
    }
    used += loop_.parser().request_size();
    parse_ = {};
    head_since_ = body_since_ = 0;
    hand_over(loop_.parser().request());
  }
  stalled_ = used < size && !no_more_;
  return no_more_ ? size : used;
}

void HttpConnection::hand_over(const HttpRequest& request) {
  const bool last = !request.keep_alive || loop_.draining();
  const std::uint32_t sequence =
      answers_.expect({.without_body = request.method == HttpMethod::head,
                       .last = last,
                       .http_1_0 = request.version_minor == 0});
  no_more_ = last;
  loop_.hand_over(request, {loop_.index(), sequence, id_});
}

void HttpConnection::await_rest(std::size_t size) {
  stalled_ = false;
  if (loop_.draining()) {
    take_no_more();
    loop_.mark(*this);
    return;
  }
  if (head_since_ == 0) head_since_ = now();
  if (parse_.head_end == 0) return;
  if (body_since_ == 0) body_since_ = now();
  // A client that has begun to send its body waits for nothing (RFC 9110 10.1.1).
  if (size > parse_.head_end) parse_.wants_continue = false;
  send_continue();
}

// Not before the answers to the requests before.
void HttpConnection::send_continue() {
  if (!parse_.wants_continue || answers_.unanswered() > 0) return;
  parse_.wants_continue = false;
  answers_.ready().text().append("HTTP/1.1 100 Continue\r\n\r\n");
  loop_.mark(*this);
}

bool HttpConnection::may_shake_hands() {
  reading_ = loop_.handshakes().may_step(*this, handshake_);
  return reading_;
}

void HttpConnection::on_handshake_step(std::chrono::nanoseconds took) {
  loop_.handshakes().spend(took);
}

void HttpConnection::shake_hands() {
  set_reading(true);
}

void HttpConnection::on_secured() {
  secured_ = true;
  loop_.handshakes().end(handshake_);
  active_at_ = now();
  loop_.count_handshake();
}

// A client may end its half and still read: what was asked is answered.
void HttpConnection::on_end() {
  if (feed_) return close();
  input_ended_ = true;
  reading_ = false;
  if (lingering_) {
    close();
    return;
  }
  if (!stalled_) take_no_more();
  loop_.mark(*this);
}

void HttpConnection::take_no_more() {
  no_more_ = true;
  head_since_ = body_since_ = 0;
  parse_.wants_continue = false;
  answers_.end_after_these();
}

void HttpConnection::on_broken() {
  if (!secured_ && !stream_.failure().empty()) loop_.count_failed_handshake();
  close();
}

// ---- Life

// Closing with unread input makes the kernel reset the connection, which may take the answer from
// the client before it has read it; so the input is read away for a while (RFC 9112 9.6).
void HttpConnection::end() {
  if (!linger_ || input_ended_) {
    close();
    return;
  }
  lingering_ = true;
  lingers_since_ = now();
  stream_.end_output();
  set_reading(true);
}

bool HttpConnection::at_rest() const {
  return answers_.unanswered() == 0 && answers_.ready().empty() && !writing() && input_.empty();
}

void HttpConnection::sweep() {
  if (closing()) return;
  const HttpLimits& limits = loop_.limits();
  if (!secured_) {
    if (!passed(active_at_, now(), limits.handshake_time_max)) return;
    loop_.count_failed_handshake();
    close();
    return;
  }
  if (lingering_) {
    if (passed(lingers_since_, now(), limits.linger_time_max)) close();
    return;
  }
  if (writing()) {
    const std::size_t left = stream_.unsent();
    if (left != write_left_) {
      write_left_ = left;
      write_progress_at_ = now();
    } else if (passed(write_progress_at_, now(), limits.write_time_max)) {
      loop_.count_rejection(408);
      close();
      return;
    }
  }
  if (feed_) {
    sweep_feed();
  } else if (reading_ && body_since_ != 0) {
    if (passed(body_since_, now(), limits.body_time_max)) fail({408, "The body came too slowly."});
  } else if (reading_ && head_since_ != 0) {
    if (passed(head_since_, now(), limits.head_time_max)) fail({408, "The head came too slowly."});
  } else if (at_rest()) {
    if (passed(active_at_, now(), limits.idle_time_max)) {
      close();
    } else if (passed(active_at_, now(), limits.sweep_interval)) {
      input_.trim(0);
      answers_.ready().trim(0);
    }
  }
}

void HttpConnection::drain() {
  if (feed_) return end_feed(feed_->sequence);
  if (closing() || lingering_ || no_more_) return;
  if (at_rest()) {
    close();
  } else if (!stalled_) {
    take_no_more();
    loop_.mark(*this);
  }
}

std::string HttpConnection::peer_address() const {
  sockaddr_storage address{};
  int size = sizeof address;
  std::array<char, 64> text{};
  if (uv_tcp_getpeername(stream_.socket(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      uv_ip_name(reinterpret_cast<const sockaddr*>(&address), text.data(), text.size()) != 0)
    return {};
  return text.data();
}

void HttpConnection::close() {
  if (closing()) return;
  loop_.forget(*this);
  loop_.handshakes().end(handshake_);
  stream_.close();
  tell_unread();
  tell_unsent();
  if (feed_) loop_.tell_feed_closed({loop_.index(), feed_->sequence, id_});
}

void HttpConnection::on_released() {
  loop_.destroy(*this);
}

}  // namespace spillway::net
