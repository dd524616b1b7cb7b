// One loop of the HTTP server: its listener, its connections, and the end of each turn.
//
// A turn: libuv reads from each connection that has something (requests go to the handler), runs
// posted tasks (answers arrive), and then the check handle ends the turn: the handler hears that
// it has everything, and each connection that has output writes it, once but for constant bodies.
// Of the connections that come, a turn takes limits::http_accepts_a_turn: a crowd comes in between
// who is there already.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <uv.h>

#include "engine/base/result.hpp"
#include "net/http/http_parser.hpp"
#include "net/http/http_unread.hpp"
#include "net/http/limits.hpp"
#include "net/http/ticket.hpp"
#include "net/server/http_connection.hpp"
#include "net/server/http_handshakes.hpp"
#include "net/server/http_server.hpp"
#include "net/stream/event_loop.hpp"
#include "net/tls/tls_context.hpp"

namespace spillway::net {

// Written by the loop's thread, read by any.
struct alignas(64) HttpLoopCounters {
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> requests_total{0};
  std::atomic<std::uint64_t> responses_total{0};
  std::atomic<std::uint64_t> dropped_total{0};
  std::atomic<std::uint64_t> handshakes_total{0};
  std::atomic<std::uint64_t> rejected_total[http_rejection_kinds]{};
  // By the request's kind and the first digit of the status.
  std::array<std::array<std::atomic<std::uint64_t>, 6>, request_kinds_max> answered{};
};

class HttpLoop {
 public:
  // `connections` counts the open ones of all loops. Without `tls` they are in the clear.
  HttpLoop(std::uint32_t index, const HttpLimits& limits, std::shared_ptr<const TlsContext> tls,
           HttpHandler& handler, std::atomic<std::size_t>& connections);
  ~HttpLoop();

  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // ---- From any thread but the loop's

  // Listens; gives the port. `shared`: other loops listen there too.
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port, bool shared);
  void begin_stop();  // returns at once
  void wait_until_stopped();
  EventLoop& events() { return events_; }
  const HttpLoopCounters& counters() const { return counters_; }

  // ---- On the loop's thread

  // The connection, or none, counted as dropped.
  HttpConnection* find(Ticket ticket);
  void renew_tls(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }
  void count_answer(bool written);

  // ---- For the connections, on the loop's thread

  uv_loop_t* uv() { return events_.uv(); }
  std::uint32_t index() const { return index_; }
  const HttpLimits& limits() const { return limits_; }
  HttpParser& parser() { return parser_; }
  std::span<char> read_buffer() { return {read_buffer_.get(), limits::http_read_size}; }
  bool draining() const { return draining_; }
  HttpUnread& unread() { return unread_; }
  HttpHandshakes& handshakes() { return handshakes_; }
  HttpUnread& unsent() { return unsent_; }

  void hand_over(const HttpRequest& request, Ticket ticket);
  void tell_feed_drained(Ticket feed) { handler_.on_feed_drained(feed); }
  void tell_feed_closed(Ticket feed) { handler_.on_feed_closed(feed); }
  void mark(HttpConnection& connection);            // end_turn() of it at the end of this turn
  void let_rest(const HttpConnection& connection);  // wake() of it after limits().refused_rest
  void count_rejection(int status);
  void count_status(RequestKind kind, char status_class);
  void count_handshake();
  void count_failed_handshake();
  void forget(HttpConnection& connection);   // its tickets are dropped from here on
  void destroy(HttpConnection& connection);  // libuv has let go of it

 private:
  struct Slot {
    std::uint32_t generation = 0;
    std::unique_ptr<HttpConnection> connection;
  };

  struct Rest {
    std::uint64_t until = 0;  // in milliseconds of the loop's clock
    std::uint64_t connection = 0;
  };

  Result<std::uint16_t> open_listener(const sockaddr_storage& address, bool shared);
  void open_handles();
  void on_waiting_connection();
  void accept();
  void accept_further();
  void end_turn();
  void await_sweep();
  void sweep();
  void await_rested();
  void wake_rested();
  void stop_now();
  void finish_stop_when_empty();
  template <class Handle>
  void close_handle(Handle& handle);

  const std::uint32_t index_;
  const HttpLimits limits_;
  std::shared_ptr<const TlsContext> tls_;  // of the connections to come
  HttpHandler& handler_;
  std::atomic<std::size_t>& connections_;
  HttpParser parser_;
  std::unique_ptr<char[]> read_buffer_;

  uv_tcp_t listener_{};
  uv_check_t turn_end_{};
  uv_prepare_t before_waiting_{};
  uv_timer_t sweep_timer_{};
  uv_timer_t rest_timer_{};
  uv_timer_t stop_timer_{};
  std::size_t open_handles_ = 0;

  std::vector<Slot> slots_;  // the low half of a connection's id is its place, the high half the
  std::vector<std::uint32_t> free_slots_;  // place's generation
  std::deque<Rest> resting_;               // in the order of their times
  std::size_t swept_ = 0;                  // up to this place, in the sweep that is under way
  std::size_t open_connections_ = 0;       // until libuv has let go of them
  std::vector<HttpConnection*> marked_;
  std::vector<HttpConnection*> ending_;  // marked_ while it is worked on; kept for its memory
  HttpUnread unread_;                    // answers
  HttpUnread unsent_;                    // requests
  HttpHandshakes handshakes_;
  std::size_t accepted_ = 0;  // in this turn
  bool one_waits_ = false;    // and libuv with it: it listens on when that one is accepted
  bool handed_over_ = false;  // in this turn
  bool draining_ = false;
  bool listening_ = false;
  std::promise<void> stopped_;
  HttpLoopCounters counters_;
  EventLoop events_;  // last: its thread ends before what it works on
};

// Whose a libuv handle of a loop is.
template <class Handle>
HttpLoop& loop_of(Handle* handle) {
  return *static_cast<HttpLoop*>(handle->data);
}

}  // namespace spillway::net
