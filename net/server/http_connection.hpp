// One connection of the HTTP server: bytes in, requests to the handler, answers out.
//
// Lives on its loop's thread, on a stream that is in the clear or under TLS. Requests that cannot
// be handed over now, because too many wait for their answers or the client does not take what was
// written, stay in the input and nothing more is read: what a client can make the server hold is
// bounded. So they do for a moment after a 429: refusing whoever does not heed it would fill a
// processor that the others need (256 connections: 100,000 refusals a second).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/http/http_message.hpp"
#include "net/http/http_parser.hpp"
#include "net/http/http_unread.hpp"
#include "net/server/http_answers.hpp"
#include "net/server/http_handshakes.hpp"
#include "net/stream/byte_buffer.hpp"
#include "net/stream/stream.hpp"

namespace spillway::net {

class HttpLoop;

class HttpConnection final : private StreamUser {
 public:
  HttpConnection(HttpLoop& loop, std::uint64_t id);

  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Takes the waiting connection from the listener and begins to read; under TLS with a context.
  // Failing, closes itself.
  void accept(uv_stream_t* listener, const TlsContext* tls);

  // Answers with the failure, which ends the connection, after the answers before it.
  void fail(const HttpFailure& failure);

  // Of a request that was handed over in this turn and has no answer yet.
  void set_kind(std::uint32_t sequence, RequestKind kind) { answers_.set_kind(sequence, kind); }

  // False: the connection ended before that request.
  bool answer(std::uint32_t sequence, int status, std::string_view content_type,
              std::span<const HttpHeader> headers, std::string_view body, bool last);
  bool answer_constant(std::uint32_t sequence, int status, std::string_view content_type,
                       std::span<const HttpHeader> headers, std::string_view body);
  bool answer_raw(std::uint32_t sequence, std::string_view bytes);

  // See HttpServer::begin_feed. False: the connection ended before.
  bool begin_feed(std::uint32_t sequence, std::string_view content_type,
                  std::span<const HttpHeader> headers, std::string_view heartbeat);
  bool feed(std::uint32_t sequence, std::string_view bytes);
  void end_feed(std::uint32_t sequence);

  // Writes what is ready, goes on with input that had to wait, ends what has come to its end. The
  // loop calls it at the end of a turn in which the connection was marked.
  void end_turn();

  // Holds the time limits; gives memory back when the connection rests.
  void sweep();

  // The rest after a 429 is over.
  void wake();

  // A handshake that was put off goes on.
  void shake_hands();

  // Ends after what is in flight: requests that arrived whole. One that did not is given up.
  void drain();

  // At once. The loop destroys the connection when libuv has let go of it.
  void close();

  std::uint64_t id() const { return id_; }
  bool closing() const { return stream_.closing(); }
  bool under_tls() const { return stream_.under_tls(); }
  std::string peer_address() const;  // in digits; empty when it is gone
  bool marked = false;               // HttpLoop's: is in its list of this turn

 private:
  std::span<char> room() override;
  void on_bytes(std::span<char> bytes) override;
  bool may_shake_hands() override;
  void on_handshake_step(std::chrono::nanoseconds took) override;
  void on_secured() override;
  void on_end() override;
  void on_broken() override;
  void on_all_written() override;
  void on_released() override;

  std::size_t consume(char* bytes, std::size_t& size);
  void take_input();
  void hand_over(const HttpRequest& request);
  void await_rest(std::size_t size);
  void take_no_more();
  void send_continue();
  void sweep_feed();
  void tell_feed_drained();
  void settle(std::uint32_t sequence, bool last);
  void write_ready();
  void tell_unread();
  void tell_unsent();
  void rest();
  void end();
  void set_reading(bool wanted);
  bool takes_requests() const;
  bool at_rest() const;
  bool writing() const { return stream_.unsent() > 0; }
  std::uint64_t now() const;  // milliseconds, of the loop's turn

  HttpLoop& loop_;
  std::uint64_t id_;
  Stream stream_;

  HttpParse parse_;
  ByteBuffer input_;  // what could not be handed over yet
  HttpAnswers answers_;

  // The answer that goes on; there is none behind it.
  struct Feed {
    std::uint32_t sequence = 0;
    bool chunked = false;
    bool told = true;  // that all it was given is with the kernel
    std::string heartbeat;
  };
  std::unique_ptr<Feed> feed_;

  std::uint64_t active_at_ = 0;
  std::uint64_t head_since_ = 0;  // 0: no head is arriving
  std::uint64_t body_since_ = 0;
  std::uint64_t write_progress_at_ = 0;
  std::size_t write_size_ = 0;  // of what the kernel did not take; kept whole until it has
  std::size_t write_left_ = 0;  // of that, when it was last looked at
  HttpUnread::Part unread_;
  HttpUnread::Part unsent_;
  std::uint64_t lingers_since_ = 0;

  HttpHandshakes::Part handshake_;
  bool secured_ = true;  // in the clear, or the handshake is done
  bool reading_ = false;
  bool resting_ = false;  // was told 429: nothing is taken for a while
  bool stalled_ = false;  // input_ may hold whole requests
  bool no_more_ = false;  // no further request is taken
  bool input_ended_ = false;
  bool linger_ = false;  // there may be input that nobody reads
  bool lingering_ = false;
};

}  // namespace spillway::net
