#include "net/server/http_server.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "engine/base/invariants.hpp"
#include "net/server/http_loop.hpp"

namespace spillway::net {
namespace {

std::uint32_t default_loops() {
  return std::max(1u, static_cast<std::uint32_t>(std::thread::hardware_concurrency() / 4));
}

// With SO_REUSEPORT a second process of this user could listen there too, and each would get a part
// of the connections. A socket that is bound without it for a moment finds another one, and gives
// the port. It does not listen: whoever connected to it would wait for an answer for ever.
Result<std::uint16_t> find_port_alone(const std::string& address, std::uint16_t port) {
  sockaddr_storage parsed{};
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&parsed)) != 0 &&
      uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&parsed)) != 0) {
    return Error{"'" + address + "' is not an IP address"};
  }
  auto* to = reinterpret_cast<sockaddr*>(&parsed);
  socklen_t length = parsed.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  const int on = 1;
  const int probe = socket(parsed.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = probe >= 0 &&
                     setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                     bind(probe, to, length) == 0 && getsockname(probe, to, &length) == 0;
  const int error = errno;
  if (probe >= 0) close(probe);
  if (!bound) {
    return Error{"cannot listen on " + address + ", port " + std::to_string(port) + ": " +
                 uv_strerror(uv_translate_sys_error(error))};
  }
  // The port stands at the same place in both families' addresses.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&parsed)->sin_port);
}

std::vector<HttpHeader> views(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<HttpHeader> result;
  for (const auto& [name, value] : headers) result.push_back({name, value});
  return result;
}

// `answer` gives it to the ticket's connection and says whether that took it; false when it is
// gone.
template <class Answer>
bool give(HttpLoop& loop, Ticket ticket, Answer answer) {
  HttpConnection* connection = loop.find(ticket);
  if (connection == nullptr) return false;
  const bool taken = answer(*connection);
  loop.count_answer(taken);
  return taken;
}

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, HttpHandler& handler)
    : options_(std::move(options)), handler_(handler) {
  const std::uint32_t count = options_.loops > 0 ? options_.loops : default_loops();
  for (std::uint32_t index = 0; index < count; ++index) {
    loops_.push_back(
        std::make_unique<HttpLoop>(index, options_.limits, options_.tls, handler, connections_));
  }
}

HttpServer::~HttpServer() {
  stop();
}

Result<void> HttpServer::start() {
  SPILLWAY_CHECK(!started_, "an HTTP server was started twice");
  started_ = true;
  const bool shared = loops_.size() > 1;
  port_ = options_.port;
  if (shared) {
    const Result<std::uint16_t> port = find_port_alone(options_.address, port_);
    if (!port) return port.error();
    port_ = *port;
  }
  for (const auto& loop : loops_) {
    Result<std::uint16_t> port = loop->listen(options_.address, port_, shared);
    if (!port) return port.error();
    port_ = *port;
  }
  return {};
}

void HttpServer::stop() {
  if (stopped_) return;
  stopped_ = true;
  for (const auto& loop : loops_) loop->begin_stop();
  for (const auto& loop : loops_) loop->wait_until_stopped();
}

void HttpServer::renew_tls(const std::shared_ptr<const TlsContext>& tls) {
  SPILLWAY_CHECK(options_.tls != nullptr && tls != nullptr, "a server in the clear stays so");
  for (const auto& loop : loops_) {
    loop->events().post([&loop = *loop, tls] { loop.renew_tls(tls); });
  }
}

void HttpServer::post_to_loop(std::uint32_t loop, EventLoop::Task task) {
  event_loop(loop).post(std::move(task));
}

EventLoop& HttpServer::event_loop(std::uint32_t loop) {
  SPILLWAY_CHECK(loop < loops_.size(), "there is no such loop");
  return loops_[loop]->events();
}

void HttpServer::answer(Ticket ticket, const HttpResponse& response) {
  give(*loops_[ticket.loop], ticket, [&](HttpConnection& connection) {
    return connection.answer(ticket.sequence, response.status, response.content_type,
                             views(response.headers), response.body, response.close);
  });
}

void HttpServer::answer(Ticket ticket, int status, std::string_view content_type,
                        std::span<const HttpHeader> headers, std::string_view body) {
  give(*loops_[ticket.loop], ticket, [&](HttpConnection& connection) {
    return connection.answer(ticket.sequence, status, content_type, headers, body, false);
  });
}

void HttpServer::answer_constant(Ticket ticket, int status, std::string_view content_type,
                                 std::span<const HttpHeader> headers, std::string_view body) {
  give(*loops_[ticket.loop], ticket, [&](HttpConnection& connection) {
    return connection.answer_constant(ticket.sequence, status, content_type, headers, body);
  });
}

void HttpServer::answer_raw(Ticket ticket, std::string_view bytes) {
  give(*loops_[ticket.loop], ticket,
       [&](HttpConnection& connection) { return connection.answer_raw(ticket.sequence, bytes); });
}

bool HttpServer::begin_feed(Ticket ticket, std::string_view content_type,
                            std::span<const HttpHeader> headers, std::string_view heartbeat) {
  return give(*loops_[ticket.loop], ticket, [&](HttpConnection& connection) {
    return connection.begin_feed(ticket.sequence, content_type, headers, heartbeat);
  });
}

void HttpServer::feed(Ticket ticket, std::string_view bytes) {
  HttpConnection* connection = loops_[ticket.loop]->find(ticket);
  if (connection != nullptr) connection->feed(ticket.sequence, bytes);
}

void HttpServer::end_feed(Ticket ticket) {
  HttpConnection* connection = loops_[ticket.loop]->find(ticket);
  if (connection != nullptr) connection->end_feed(ticket.sequence);
}

std::string HttpServer::peer_address(Ticket ticket) const {
  const HttpConnection* connection = loops_[ticket.loop]->find(ticket);
  return connection == nullptr ? std::string() : connection->peer_address();
}

void HttpServer::set_kind(Ticket ticket, RequestKind kind) {
  HttpConnection* connection = loops_[ticket.loop]->find(ticket);
  if (connection != nullptr) connection->set_kind(ticket.sequence, kind);
}

std::vector<HttpAnswerCount> HttpServer::answer_counts() const {
  std::vector<HttpAnswerCount> counts;
  for (RequestKind kind = 0; kind < request_kinds_max; ++kind) {
    for (const char digit : {'1', '2', '3', '4', '5'}) {
      std::uint64_t sum = 0;
      for (const auto& loop : loops_)
        sum += loop->counters().answered[kind][static_cast<std::size_t>(digit - '0')].load(
            std::memory_order_relaxed);
      if (sum > 0) counts.push_back({kind, digit, sum});
    }
  }
  return counts;
}

HttpCounts HttpServer::counts() const {
  constexpr auto relaxed = std::memory_order_relaxed;
  HttpCounts sum;
  for (const auto& loop : loops_) {
    const HttpLoopCounters& counters = loop->counters();
    sum.connections_open += counters.connections_open.load(relaxed);
    sum.connections_total += counters.connections_total.load(relaxed);
    sum.requests_total += counters.requests_total.load(relaxed);
    sum.responses_total += counters.responses_total.load(relaxed);
    sum.dropped_total += counters.dropped_total.load(relaxed);
    sum.handshakes_total += counters.handshakes_total.load(relaxed);
    for (std::size_t kind = 0; kind < http_rejection_kinds; ++kind) {
      sum.rejected_total[kind] += counters.rejected_total[kind].load(relaxed);
    }
  }
  return sum;
}

}  // namespace spillway::net
