#include "net/http_server.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/invariants.hpp"
#include "net/http_loop.hpp"

namespace spillway::net {
namespace {

std::uint32_t default_loops() {
  return std::max(1u, static_cast<std::uint32_t>(std::thread::hardware_concurrency() / 4));
}

std::vector<HttpHeader> views(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<HttpHeader> result;
  for (const auto& [name, value] : headers) result.push_back({name, value});
  return result;
}

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, HttpHandler& handler)
    : options_(std::move(options)), handler_(handler) {
  const std::uint32_t count = options_.loops > 0 ? options_.loops : default_loops();
  for (std::uint32_t index = 0; index < count; ++index) {
    loops_.push_back(std::make_unique<HttpLoop>(index, options_.limits, handler, connections_));
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
    // With SO_REUSEPORT a second process of this user could listen there too, and each would get a
    // part of the connections. Listening alone for a moment finds another one.
    HttpLoop alone(0, options_.limits, handler_, connections_);
    Result<std::uint16_t> port = alone.listen(options_.address, port_, false);
    alone.begin_stop();
    alone.wait_until_stopped();
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

void HttpServer::post_to_loop(std::uint32_t loop, EventLoop::Task task) {
  event_loop(loop).post(std::move(task));
}

EventLoop& HttpServer::event_loop(std::uint32_t loop) {
  SPILLWAY_CHECK(loop < loops_.size(), "there is no such loop");
  return loops_[loop]->events();
}

void HttpServer::answer(Ticket ticket, const HttpResponse& response) {
  HttpLoop& loop = *loops_[ticket.loop];
  HttpConnection* connection = loop.find(ticket);
  if (connection == nullptr) return;
  loop.count_answer(connection->answer(ticket.sequence, response.status, response.content_type,
                                       views(response.headers), response.body, response.close));
}

void HttpServer::answer(Ticket ticket, int status, std::string_view content_type,
                        std::span<const HttpHeader> headers, std::string_view body) {
  HttpLoop& loop = *loops_[ticket.loop];
  HttpConnection* connection = loop.find(ticket);
  if (connection == nullptr) return;
  loop.count_answer(
      connection->answer(ticket.sequence, status, content_type, headers, body, false));
}

void HttpServer::answer_raw(Ticket ticket, std::string_view bytes) {
  HttpLoop& loop = *loops_[ticket.loop];
  HttpConnection* connection = loop.find(ticket);
  if (connection == nullptr) return;
  loop.count_answer(connection->answer_raw(ticket.sequence, bytes));
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
    for (std::size_t kind = 0; kind < http_rejection_kinds; ++kind) {
      sum.rejected_total[kind] += counters.rejected_total[kind].load(relaxed);
    }
  }
  return sum;
}

}  // namespace spillway::net
