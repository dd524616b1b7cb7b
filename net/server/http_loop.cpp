#include "net/server/http_loop.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "engine/base/invariants.hpp"
#include "net/http/limits.hpp"

namespace spillway::net {
namespace {

bool set_option(const uv_tcp_t& socket, int level, int option, int value) {
  uv_os_fd_t descriptor = -1;
  uv_fileno(reinterpret_cast<const uv_handle_t*>(&socket), &descriptor);
  return setsockopt(descriptor, level, option, &value, sizeof value) == 0;
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
  const int on = 1;
  if (shared && !set_option(listener_, SOL_SOCKET, SO_REUSEPORT, on))
    return refusal("SO_REUSEPORT", uv_translate_sys_error(errno));
  // The connections have it from their listener. Without it the kernel takes megabytes for a client
  // that does not read.
  if (!set_option(listener_, IPPROTO_TCP, TCP_NOTSENT_LOWAT, limits::http_kernel_unsent_max))
    return refusal("TCP_NOTSENT_LOWAT", uv_translate_sys_error(errno));
  error = uv_tcp_bind(&listener_, to, 0);
  if (error == 0) {
    error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), limits::http_backlog_max,
                      [](uv_stream_t* listener, int status) {
                        if (status == 0) loop_of(listener).on_waiting_connection();
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
  turn_end_.data = before_waiting_.data = sweep_timer_.data = rest_timer_.data = stop_timer_.data =
      this;
  uv_check_init(uv(), &turn_end_);
  uv_prepare_init(uv(), &before_waiting_);
  uv_timer_init(uv(), &sweep_timer_);
  uv_timer_init(uv(), &rest_timer_);
  uv_timer_init(uv(), &stop_timer_);
  open_handles_ += 5;
  uv_check_start(&turn_end_, [](uv_check_t* check) {
    loop_of(check).end_turn();
    loop_of(check).accept_further();
    loop_of(check).handshakes_.next_turn([](HttpConnection& each) { each.shake_hands(); });
  });
  // For what timers have marked: they run before the wait, not after it.
  uv_prepare_start(&before_waiting_, [](uv_prepare_t* prepare) { loop_of(prepare).end_turn(); });
  await_sweep();
}

void HttpLoop::begin_stop() {
  events_.post([this] {
    if (!listening_) {
      stopped_.set_value();
      return;
    }
    draining_ = true;
    one_waits_ = false;  // it ends with the listener
    close_handle(listener_);
    for (Slot& slot : slots_) {
      if (slot.connection) slot.connection->drain();
    }
    uv_timer_start(
        &stop_timer_, [](uv_timer_t* timer) { loop_of(timer).stop_now(); },
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
  close_handle(rest_timer_);
  close_handle(stop_timer_);
}

template <class Handle>
void HttpLoop::close_handle(Handle& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* closed) {
    HttpLoop& loop = loop_of(closed);
    if (--loop.open_handles_ == 0 && loop.draining_) loop.stopped_.set_value();
  });
}

}  // namespace spillway::net
