// The part of HttpConnection that sends an answer without an end (HttpServer::begin_feed): chunks
// (RFC 9112 7.1), or for HTTP/1.0 bytes until the connection closes.
#include <array>
#include <charconv>

#include "net/http/http_date.hpp"
#include "net/server/http_connection.hpp"
#include "net/server/http_loop.hpp"

namespace spillway::net {

namespace {

void append_chunk(std::string& out, std::string_view bytes) {
  std::array<char, 16> size;
  const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  out.append(size.data(), end).append("\r\n").append(bytes).append("\r\n");
}

}  // namespace

bool HttpConnection::begin_feed(std::uint32_t sequence, std::string_view content_type,
                                std::span<const HttpHeader> headers, std::string_view heartbeat) {
  const HttpAnswerForm* form = answers_.find(sequence);
  if (form == nullptr) return false;
  loop_.count_status(form->kind, '2');
  feed_ = std::make_unique<Feed>(
      Feed{.sequence = sequence, .chunked = !form->http_1_0, .heartbeat = std::string(heartbeat)});
  no_more_ = true;
  answers_.keep_open(sequence);
  append_feed_head(answers_.place(sequence), feed_->chunked, content_type, headers);
  active_at_ = now();
  loop_.mark(*this);
  return true;
}

bool HttpConnection::feed(std::uint32_t sequence, std::string_view bytes) {
  if (closing() || !feed_ || feed_->sequence != sequence || answers_.ended()) return false;
  std::string& out = answers_.place(sequence);
  if (out.size() + stream_.unsent() > loop_.limits().output_max) {
    loop_.count_rejection(408);
    close();
    return false;
  }
  if (feed_->chunked)
    append_chunk(out, bytes);
  else
    out.append(bytes);
  feed_->told = false;
  active_at_ = now();
  loop_.mark(*this);
  return true;
}

void HttpConnection::end_feed(std::uint32_t sequence) {
  if (closing() || !feed_ || feed_->sequence != sequence || answers_.ended()) return;
  if (feed_->chunked) answers_.place(sequence).append("0\r\n\r\n");
  linger_ = true;
  answers_.settle(sequence, true);
  loop_.mark(*this);
}

void HttpConnection::tell_feed_drained() {
  if (feed_->told || answers_.ended() || !answers_.is_next(feed_->sequence)) return;
  feed_->told = true;
  loop_.tell_feed_drained({loop_.index(), feed_->sequence, id_});
}

void HttpConnection::sweep_feed() {
  const bool quiet =
      now() - active_at_ >=
      static_cast<std::uint64_t>(std::chrono::milliseconds(loop_.limits().feed_quiet_max).count());
  if (quiet && !writing()) feed(feed_->sequence, feed_->heartbeat);
}

}  // namespace spillway::net
