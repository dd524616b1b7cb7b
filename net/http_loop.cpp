#include "net/http_loop.hpp"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "engine/invariants.hpp"

namespace spillway::net {
namespace {

// Connections that are looked at in one go. A look costs a microsecond when the connection's memory
// has left the caches: twelve thousand at once held up every request for 13 ms, once a second.
constexpr std::size_t sweep_part = 256;

// One thread writes each counter: no locked instruction is needed.
void add(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

HttpRejection rejection_of(int status) {
  switch (status) {
    case 400:
      return HttpRejection::malformed;
    case 408:
      return HttpRejection::timed_out;
    case 413:
      return HttpRejection::body_too_large;
    case 431:
      return HttpRejection::head_too_large;
    case 503:
      return HttpRejection::too_many_connections;
    default:
      return HttpRejection::not_supported;
  }
}

template <class Handle>
HttpLoop& owner(Handle* handle) {
  return *static_cast<HttpLoop*>(handle->data);
}

Error refusal(const std::string& what, int error) {
  return Error{what + ": " + uv_strerror(error)};
}

}  // namespace

HttpLoop::HttpLoop(std::uint32_t index, const HttpLimits& limits,
                   std::shared_ptr<const TlsContext> tls, HttpHandler& handler,
                   std::atomic<std::size_t>& connections)
    : index_(index),
      limits_(limits),
      tls_(std::move(tls)),
      handler_(handler),
      connections_(connections),
      parser_(limits.head_max, limits.header_fields_max, limits.body_max),
      read_buffer_(new char[limits::http_read_size]),
      events_("http-" + std::to_string(index)) {}

HttpLoop::~HttpLoop() = default;

// ---- Starting and stopping

Result<std::uint16_t> HttpLoop::listen(const std::string& address, std::uint16_t port,
                                       bool shared) {
  sockaddr_storage parsed{};
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&parsed)) != 0 &&
      uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&parsed)) != 0) {
    return Error{"'" + address + "' is not an IP address"};
  }
  Result<std::uint16_t> result = Error{};
  events_.run_and_wait([&] {
    result = open_listener(parsed, shared);
    if (!result) {
      if (open_handles_ > 0) close_handle(listener_);  // the loop's thread goes on without it
      result.error().message.insert(
          0, "cannot listen on " + address + ", port " + std::to_string(port) + ": ");
      return;
    }
    open_handles();
    listening_ = true;
  });
  return result;
}

Result<std::uint16_t> HttpLoop::open_listener(const sockaddr_storage& address, bool shared) {
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  int error = uv_tcp_init_ex(uv(), &listener_, to->sa_family);
  if (error != 0) return refusal("no socket", error);
  ++open_handles_;
  listener_.data = this;
  if (shared) {
    uv_os_fd_t fd = -1;
    const int on = 1;
    uv_fileno(reinterpret_cast<uv_handle_t*>(&listener_), &fd);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
      return refusal("SO_REUSEPORT", uv_translate_sys_error(errno));
    }
  }
  error = uv_tcp_bind(&listener_, to, 0);
  if (error == 0) {
    error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), limits::http_backlog_max,
                      [](uv_stream_t* listener, int status) {
                        if (status == 0) owner(listener).on_waiting_connection();
                      });
  }
  sockaddr_storage bound{};
  int length = sizeof bound;
  if (error == 0) {
    error = uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&bound), &length);
  }
  if (error != 0) return refusal("refused", error);
  // The port stands at the same place in both families' addresses.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

void HttpLoop::open_handles() {
  turn_end_.data = before_waiting_.data = sweep_timer_.data = stop_timer_.data = this;
  uv_check_init(uv(), &turn_end_);
  uv_prepare_init(uv(), &before_waiting_);
  uv_timer_init(uv(), &sweep_timer_);
  uv_timer_init(uv(), &stop_timer_);
  open_handles_ += 4;
  uv_check_start(&turn_end_, [](uv_check_t* check) { owner(check).end_turn(); });
  // For what timers have marked: they run before the wait, not after it.
  uv_prepare_start(&before_waiting_, [](uv_prepare_t* prepare) { owner(prepare).end_turn(); });
  await_sweep();
}

void HttpLoop::begin_stop() {
  events_.post([this] {
    if (!listening_) {
      stopped_.set_value();
      return;
    }
    draining_ = true;
    close_handle(listener_);
    for (Slot& slot : slots_) {
      if (slot.connection) slot.connection->drain();
    }
    uv_timer_start(
        &stop_timer_, [](uv_timer_t* timer) { owner(timer).stop_now(); },
        static_cast<std::uint64_t>(limits_.shutdown_time_max.count()), 0);
    finish_stop_when_empty();
  });
}

void HttpLoop::wait_until_stopped() {
  stopped_.get_future().wait();
}

void HttpLoop::stop_now() {
  for (Slot& slot : slots_) {
    if (slot.connection) slot.connection->close();
  }
}

void HttpLoop::finish_stop_when_empty() {
  if (!draining_ || open_connections_ > 0) return;
  close_handle(turn_end_);
  close_handle(before_waiting_);
  close_handle(sweep_timer_);
  close_handle(stop_timer_);
}

template <class Handle>
void HttpLoop::close_handle(Handle& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* closed) {
    HttpLoop& loop = owner(closed);
    if (--loop.open_handles_ == 0 && loop.draining_) loop.stopped_.set_value();
  });
}

// ---- Connections

void HttpLoop::on_waiting_connection() {
  std::uint32_t place = 0;
  if (free_slots_.empty()) {
    place = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    place = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& slot = slots_[place];
  const std::uint64_t id = static_cast<std::uint64_t>(slot.generation) << 32 | place;
  slot.connection = std::make_unique<HttpConnection>(*this, id);
  ++open_connections_;
  add(counters_.connections_total);
  counters_.connections_open.store(open_connections_, std::memory_order_relaxed);
  const std::size_t open = connections_.fetch_add(1, std::memory_order_relaxed) + 1;
  HttpConnection& connection = *slot.connection;
  connection.accept(reinterpret_cast<uv_stream_t*>(&listener_), tls_.get());
  if (open <= limits_.connections_max || connection.closing()) return;
  // Under TLS being told would cost a handshake.
  if (open <= limits_.connections_max + limits::http_refusals_max && !connection.under_tls()) {
    connection.fail({503, "There are too many connections."});
  } else {
    count_rejection(503);
    connection.close();
  }
}

HttpConnection* HttpLoop::find(Ticket ticket) {
  const auto place = static_cast<std::uint32_t>(ticket.connection);
  SPILLWAY_CHECK(place < slots_.size(), "a ticket names a connection that never was");
  const Slot& slot = slots_[place];
  if (slot.generation == ticket.connection >> 32 && slot.connection) return slot.connection.get();
  add(counters_.dropped_total);
  return nullptr;
}

void HttpLoop::count_answer(bool written) {
  add(written ? counters_.responses_total : counters_.dropped_total);
}

void HttpLoop::count_rejection(int status) {
  add(counters_.rejected_total[static_cast<std::size_t>(rejection_of(status))]);
}

void HttpLoop::count_handshake() {
  add(counters_.handshakes_total);
}

void HttpLoop::count_failed_handshake() {
  add(counters_.rejected_total[static_cast<std::size_t>(HttpRejection::handshake_failed)]);
}

void HttpLoop::hand_over(const HttpRequest& request, Ticket ticket) {
  handed_over_ = true;
  add(counters_.requests_total);
  handler_.on_request(request, ticket);
}

void HttpLoop::mark(HttpConnection& connection) {
  if (connection.marked) return;
  connection.marked = true;
  marked_.push_back(&connection);
}

// The answers that a synchronous handler gives make room for requests that had to wait, which
// make new answers; the turn ends when nothing is left of what was read.
void HttpLoop::end_turn() {
  while (handed_over_ || !marked_.empty()) {
    if (handed_over_) {
      handed_over_ = false;
      handler_.on_turn_end(index_);
    }
    ending_.swap(marked_);
    for (HttpConnection* connection : ending_) {
      connection->marked = false;
      connection->end_turn();
    }
    ending_.clear();
  }
}

// Every connection has its look once in an interval, and the parts are spread over it.
void HttpLoop::await_sweep() {
  const std::size_t parts = std::max<std::size_t>(1, (slots_.size() + sweep_part - 1) / sweep_part);
  const auto interval = static_cast<std::uint64_t>(limits_.sweep_interval.count());
  uv_timer_start(
      &sweep_timer_, [](uv_timer_t* timer) { owner(timer).sweep(); },
      std::max<std::uint64_t>(1, interval / parts), 0);
}

void HttpLoop::sweep() {
  const std::size_t end = std::min(swept_ + sweep_part, slots_.size());
  for (; swept_ < end; ++swept_) {
    if (slots_[swept_].connection) slots_[swept_].connection->sweep();
  }
  if (swept_ == slots_.size()) swept_ = 0;
  await_sweep();
}

void HttpLoop::forget(HttpConnection& connection) {
  ++slots_[static_cast<std::uint32_t>(connection.id())].generation;
}

void HttpLoop::destroy(HttpConnection& connection) {
  SPILLWAY_CHECK(!connection.marked, "a connection was destroyed before the end of its turn");
  const auto place = static_cast<std::uint32_t>(connection.id());
  slots_[place].connection.reset();
  free_slots_.push_back(place);
  --open_connections_;
  counters_.connections_open.store(open_connections_, std::memory_order_relaxed);
  connections_.fetch_sub(1, std::memory_order_relaxed);
  finish_stop_when_empty();
}

}  // namespace spillway::net
