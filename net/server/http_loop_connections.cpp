// HttpLoop's connections: how they come and go, the end of a turn, sweeps and rests.
#include <algorithm>
#include <utility>

#include "engine/base/invariants.hpp"
#include "net/http/limits.hpp"
#include "net/server/http_loop.hpp"

namespace spillway::net {
namespace {

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

}  // namespace

void HttpLoop::on_waiting_connection() {
  one_waits_ = accepted_ == limits::http_accepts_a_turn;
  if (!one_waits_) accept();
}

void HttpLoop::accept_further() {
  accepted_ = 0;
  if (std::exchange(one_waits_, false)) accept();
}

void HttpLoop::accept() {
  ++accepted_;
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
  while (handshakes_.too_many()) {
    count_failed_handshake();
    handshakes_.first().close();
  }
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

void HttpLoop::count_status(RequestKind kind, char status_class) {
  add(counters_.answered.at(kind).at(static_cast<std::size_t>(status_class - '0')));
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
    while (unread_.total() > limits_.unread_total_max) {
      count_rejection(408);
      unread_.slowest().close();
    }
    while (unsent_.total() > limits_.input_total_max) {
      count_rejection(408);
      unsent_.slowest().close();
    }
  }
}

// Every connection has its look once in an interval, and the parts are spread over it.
void HttpLoop::await_sweep() {
  const std::size_t parts = slots_.size() / limits::http_sweep_part + 1;
  const auto interval = static_cast<std::uint64_t>(limits_.sweep_interval.count());
  uv_timer_start(
      &sweep_timer_, [](uv_timer_t* timer) { loop_of(timer).sweep(); },
      std::max<std::uint64_t>(1, interval / parts), 0);
}

void HttpLoop::sweep() {
  const std::size_t end = std::min(swept_ + limits::http_sweep_part, slots_.size());
  for (; swept_ < end; ++swept_) {
    if (slots_[swept_].connection) slots_[swept_].connection->sweep();
  }
  if (swept_ == slots_.size()) swept_ = 0;
  await_sweep();
}

void HttpLoop::let_rest(const HttpConnection& connection) {
  resting_.push_back(
      {uv_now(uv()) + static_cast<std::uint64_t>(limits_.refused_rest.count()), connection.id()});
  if (resting_.size() == 1) await_rested();
}

void HttpLoop::await_rested() {
  uv_timer_start(
      &rest_timer_, [](uv_timer_t* timer) { loop_of(timer).wake_rested(); },
      resting_.front().until - uv_now(uv()), 0);
}

void HttpLoop::wake_rested() {
  for (; !resting_.empty() && resting_.front().until <= uv_now(uv()); resting_.pop_front()) {
    const std::uint64_t id = resting_.front().connection;
    const Slot& slot = slots_[static_cast<std::uint32_t>(id)];
    if (slot.generation == id >> 32 && slot.connection) slot.connection->wake();
  }
  if (!resting_.empty()) await_rested();
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
