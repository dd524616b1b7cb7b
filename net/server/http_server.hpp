// An HTTP/1.1 server on event loops of its own (RFC 9110, RFC 9112), in the clear or under TLS.
//
// Each loop has its own listener on the same address (SO_REUSEPORT); a connection lives and dies on
// one loop. A request is handed over when it is whole. A request that arrived whole is never
// copied: its views point into the loop's read buffer. Answers are gathered per connection and
// written once at the end of the loop's turn, so that a request costs at most one read and one
// write, and fewer when a client pipelines; constant bodies leave in pieces.
//
// What breaks a rule of the message's form is answered here, never by the handler: 400, 408, 413,
// 417, 431, 501, 503 and 505, as RFC 9457 problems, and the connection ends.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "net/http/answer_counts.hpp"
#include "net/http/http_message.hpp"
#include "net/http/limits.hpp"
#include "net/http/ticket.hpp"
#include "net/stream/event_loop.hpp"
#include "net/tls/limits.hpp"
#include "net/tls/tls_context.hpp"

namespace spillway::net {

class HttpLoop;

struct HttpLimits {
  std::size_t head_max = limits::http_head_max;
  std::size_t header_fields_max = limits::http_header_fields_max;
  std::size_t body_max = limits::http_body_max;
  std::size_t pipeline_max = limits::http_pipeline_max;
  std::size_t output_max = limits::http_output_max;
  std::size_t unread_total_max = limits::http_unread_total_max;  // of a loop
  std::size_t input_total_max = limits::http_input_total_max;    // of a loop
  std::size_t connections_max = limits::http_connections_max;    // of the server
  std::chrono::milliseconds handshake_time_max = limits::tls_handshake_time_max;
  std::chrono::milliseconds head_time_max = limits::http_head_time_max;
  std::chrono::milliseconds body_time_max = limits::http_body_time_max;
  std::chrono::milliseconds write_time_max = limits::http_write_time_max;
  std::chrono::milliseconds idle_time_max = limits::http_idle_time_max;
  std::chrono::milliseconds refused_rest = limits::http_refused_rest;
  std::chrono::milliseconds linger_time_max = limits::http_linger_time_max;
  std::chrono::milliseconds feed_quiet_max = limits::http_feed_quiet_max;
  std::chrono::milliseconds shutdown_time_max = limits::http_shutdown_time_max;
  std::chrono::milliseconds sweep_interval = limits::http_sweep_interval;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, in digits
  std::uint16_t port = 0;             // 0: any free one, see HttpServer::port
  std::uint32_t loops = 0;            // 0: one on up to two cores, else a quarter of the cores
  HttpLimits limits = {};
  std::shared_ptr<const TlsContext> tls = {};  // none: in the clear
};

// All calls come on the loop's thread and must not block.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // A whole request. The views hold during the call. Each ticket is answered once with
  // HttpServer::answer, in the call or later, in any order.
  virtual void on_request(const HttpRequest& request, Ticket ticket) = 0;

  // The loop has handed over all that it had read: called after the requests of one turn, before
  // their answers are written, and not for a turn without requests.
  virtual void on_turn_end(std::uint32_t loop) = 0;

  // All that the feed was given is with the kernel: there is room for more.
  virtual void on_feed_drained(Ticket) {}

  // The feed is over, whoever ended it: once for each that began.
  virtual void on_feed_closed(Ticket) {}
};

// Why a request or a connection was turned away by the server itself.
enum class HttpRejection : std::uint8_t {
  malformed = 0,             // 400
  timed_out = 1,             // 408, or closed without an answer
  body_too_large = 2,        // 413
  head_too_large = 3,        // 431
  not_supported = 4,         // 417, 501, 505
  too_many_connections = 5,  // 503; under TLS closed without an answer
  handshake_failed = 6,      // no TLS came about: garbage, plain HTTP, nothing in common, too slow
};
inline constexpr std::size_t http_rejection_kinds = 7;

// Sums over the loops, each exact, read one after the other.
struct HttpCounts {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t requests_total = 0;    // handed to the handler
  std::uint64_t responses_total = 0;   // answered by the handler
  std::uint64_t dropped_total = 0;     // answers whose connection was gone
  std::uint64_t handshakes_total = 0;  // of TLS, that came about
  std::uint64_t rejected_total[http_rejection_kinds] = {};
};

class HttpServer {
 public:
  // The handler outlives the server.
  HttpServer(HttpServerOptions options, HttpHandler& handler);
  ~HttpServer();  // stops, if stop() has not been called

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens. An error names the address and the reason. Once.
  Result<void> start();

  // Stops accepting, answers what is in flight for up to shutdown_time_max, closes; returns when
  // all is closed, after which no call comes to the handler. The loops go on running posted tasks
  // until the server is destroyed; answers given to it are dropped. Not on a loop's thread.
  void stop();

  // New connections are under this context; those that are open stay as they are. From any thread,
  // before stop(), on a server that began with one.
  void renew_tls(const std::shared_ptr<const TlsContext>& tls);

  std::uint16_t port() const { return port_; }  // after start()
  std::uint32_t loop_count() const { return static_cast<std::uint32_t>(loops_.size()); }

  // Runs the task on the loop's thread, in the order posted. From any thread, before stop() too.
  void post_to_loop(std::uint32_t loop, EventLoop::Task task);
  EventLoop& event_loop(std::uint32_t loop);

  // ---- Answers: on the ticket's loop's thread only. They reach the client in the order of its
  // requests. A ticket whose connection is gone is dropped; one that was answered before stops the
  // process. All arguments are copied during the call.

  void answer(Ticket ticket, const HttpResponse& response);

  // The same without an HttpResponse to build: no allocation in steady state. Empty content_type:
  // none.
  void answer(Ticket ticket, int status, std::string_view content_type,
              std::span<const HttpHeader> headers, std::string_view body);

  // The same with a body that lives as long as the process, such as a document that is part of it:
  // that is not copied.
  void answer_constant(Ticket ticket, int status, std::string_view content_type,
                       std::span<const HttpHeader> headers, std::string_view body);

  // The whole answer as it goes out: status line, fields (Content-Length and Date among them, see
  // http_date_now), blank line, body; with neither a Connection field nor Transfer-Encoding. A HEAD
  // request gets it without the body, and a last answer with "Connection: close" put in.
  void answer_raw(Ticket ticket, std::string_view bytes);

  // ---- Feeds: an answer of 200 whose body comes bit by bit, for as long as both sides want it;
  // the connection ends with it. On the ticket's loop's thread only.

  // In HttpHandler::on_request, in place of an answer. Whenever nothing was sent for
  // limits::http_feed_quiet_max, `heartbeat` is. False: the connection is gone.
  bool begin_feed(Ticket ticket, std::string_view content_type, std::span<const HttpHeader> headers,
                  std::string_view heartbeat);

  // Sends the bytes, with whatever else comes in this turn, in one write. Whoever feeds waits for
  // on_feed_drained when it has much: with more than output_max unsent the connection is cut. A
  // feed that is over is passed over.
  void feed(Ticket ticket, std::string_view bytes);

  // Ends it after what it was given. stop() does this for those that are open.
  void end_feed(Ticket ticket);

  // Who is at the other end of the ticket's connection: an address in digits; empty when it is
  // gone. On the ticket's loop's thread.
  std::string peer_address(Ticket ticket) const;

  // In HttpHandler::on_request, before the answer: as what it is counted. Below request_kinds_max.
  void set_kind(Ticket ticket, RequestKind kind);

  // From any thread, at any time.
  HttpCounts counts() const;
  // Answers that were given, also by the server itself: those that there are any of.
  std::vector<HttpAnswerCount> answer_counts() const;

 private:
  HttpServerOptions options_;
  HttpHandler& handler_;
  std::vector<std::unique_ptr<HttpLoop>> loops_;
  std::atomic<std::size_t> connections_{0};  // open, over all loops
  std::uint16_t port_ = 0;
  bool started_ = false;
  bool stopped_ = false;
};

}  // namespace spillway::net
