#include "loadtest/load/sender.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "loadtest/base/limits.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::loadtest {
namespace {

MonotonicTime now_on_clock() {
  return std::chrono::time_point_cast<Nanoseconds>(std::chrono::steady_clock::now());
}

Nanoseconds thread_processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

NoAnswer why_of(net::HttpClientFailure failure) {
  switch (failure) {
    case net::HttpClientFailure::unreachable:
      return NoAnswer::unreachable;
    case net::HttpClientFailure::closed:
      return NoAnswer::closed;
    case net::HttpClientFailure::malformed:
    case net::HttpClientFailure::not_expected:
      return NoAnswer::garbage;
  }
  return NoAnswer::garbage;
}

constexpr Nanoseconds never{-1};

}  // namespace

// One connection and what is on its way on it.
struct Sender::Client : net::HttpClientOwner {
  Client(Sender& owner, const SenderSettings& settings)
      : sender(owner),
        connection(owner.loop_, owner.memory_, settings.address, settings.port, *this),
        reconnect(owner.loop_, [this] { connection.connect(); }) {}

  void on_connected(net::HttpClientConnection&) override {
    connected = true;
    was_unreachable = false;
    ++sender.connected_;
    sender.know_connection(*this);
    sender.became_free(*this);
  }
  void on_answer(net::HttpClientConnection&, const net::HttpAnswer& answer) override {
    sender.answered(*this, answer);
  }
  void on_failed(net::HttpClientConnection&, net::HttpClientFailure failure,
                 std::string_view reason) override {
    sender.failed(*this, failure, reason);
  }

  Sender& sender;
  net::HttpClientConnection connection;
  net::Timer reconnect;
  Intent intent;
  Nanoseconds sent = never;
  Nanoseconds free_since{};
  bool busy = false;
  bool connected = false;
  bool known = false;
  bool was_unreachable = false;
  std::string slow_rest;  // of a slow client: what has not been sent
  std::size_t slow_piece = 0;
  bool slow_begun = false;
};

Sender::Sender(net::EventLoop& loop, const SenderSettings& settings, Traffic& traffic,
               Measurements& measurements, std::function<void()> on_finished)
    : loop_(loop),
      settings_(settings),
      traffic_(traffic),
      measurements_(measurements),
      on_finished_(std::move(on_finished)),
      turn_(loop),
      schedule_timer_(loop, [this] { pump(); }),
      sweep_timer_(loop, [this] { sweep(); }),
      drip_timer_(loop, [this] { drip(); }) {
  clients_.reserve(settings.connections);
  idle_.reserve(settings.connections);
  for (std::size_t i = 0; i < settings.connections; ++i) {
    clients_.push_back(std::make_unique<Client>(*this, settings_));
  }
}

Sender::~Sender() = default;

void Sender::connect(std::function<void()> on_ready) {
  on_ready_ = std::move(on_ready);
  for (const auto& client : clients_) client->connection.connect();
}

void Sender::know_connection(Client& client) {
  if (client.known) return;
  client.known = true;
  if (++known_ == clients_.size() && on_ready_) on_ready_();
}

void Sender::start(MonotonicTime begin) {
  begin_ = begin;
  arrivals_end_ = settings_.arrivals_end;
  started_ = true;
  processor_at_begin_ = processor_at_second_ = thread_processor_time();
  sweep_timer_.start(limits::sweep_interval);
  pump();
}

void Sender::stop() {
  traffic_.stop_arrivals();
  arrivals_end_ = std::min(arrivals_end_, run_time());
  if (started_) finish_if_over();
}

Nanoseconds Sender::run_time() const {
  return now_on_clock() - begin_;
}

void Sender::became_free(Client& client) {
  if (started_ && !finished_) {
    const Nanoseconds now = run_time();
    client.free_since = now;
    const auto due = traffic_.next_due();
    if (due && *due <= now) {
      // With another connection free the schedule's timer is late, not the server.
      const bool waited = idle_.empty();
      if (waited) measurements_.add(Count::waited);
      return send(client, now, waited ? Nanoseconds{} : now - *due);
    }
    idle_.push_back(&client);
    if (due) return schedule_timer_.start_at(begin_ + *due);
    return finish_if_over();
  }
  idle_.push_back(&client);
}

void Sender::answered(Client& client, const net::HttpAnswer& answer) {
  const Nanoseconds came = turn_.now() - begin_;
  const bool too_early = client.sent == never;  // before a slow request was sent whole
  if (too_early) {
    client.slow_rest.clear();
    std::erase(dripping_, &client);
  }
  client.busy = false;
  --busy_;
  const Nanoseconds sent = too_early ? came : client.sent;
  traffic_.on_answer(client.intent, answer, sent, std::max(came, sent));
  if (!answer.keep_alive || too_early) {
    client.connected = false;
    --connected_;
    return client.connection.connect();
  }
  became_free(client);
}

void Sender::failed(Client& client, net::HttpClientFailure failure, std::string_view reason) {
  if (client.connected) {
    client.connected = false;
    --connected_;
    std::erase(idle_, &client);
    std::erase(dripping_, &client);
  }
  if (failure == net::HttpClientFailure::unreachable) {
    unreachable_because_ = reason;
    if (!client.was_unreachable) measurements_.add(Count::unreachable);
    client.was_unreachable = true;
  }
  if (client.busy) {
    client.busy = false;
    --busy_;
    client.sent = never;
    traffic_.on_no_answer(client.intent, why_of(failure), run_time());
  }
  client.reconnect.start(limits::reconnect_pause);
  know_connection(client);
}

void Sender::send(Client& client, Nanoseconds now, Nanoseconds lag) {
  client.intent = traffic_.take();
  client.busy = true;
  client.sent = now;
  ++busy_;
  measurements_.add(Count::sent);
  measurements_.add(Measure::lag, lag);
  const std::string_view request = traffic_.request(client.intent);
  if (traffic_.slow(client.intent)) return send_slow(client, request);
  client.connection.send(request);
}

void Sender::send_slow(Client& client, std::string_view request) {
  const auto pieces =
      std::max<std::int64_t>(1, settings_.slow_time / Nanoseconds(limits::slow_piece_interval));
  client.slow_rest = request;
  client.slow_begun = false;
  client.slow_piece = request.size() / static_cast<std::size_t>(pieces) + 1;
  client.sent = never;
  dripping_.push_back(&client);
  if (!drip_timer_.running()) drip_timer_.start(limits::slow_piece_interval);
}

void Sender::drip() {
  for (Client* const client : dripping_) {
    const std::size_t size = std::min(client->slow_piece, client->slow_rest.size());
    const bool last = size == client->slow_rest.size();
    if (last) client->sent = run_time();
    // The answer is expected from the first piece on: a server may refuse before the last one.
    client->connection.send(std::string_view(client->slow_rest).substr(0, size),
                            !std::exchange(client->slow_begun, true));
    client->slow_rest.erase(0, size);
  }
  std::erase_if(dripping_, [](const Client* client) { return client->slow_rest.empty(); });
  if (!dripping_.empty()) drip_timer_.start(limits::slow_piece_interval);
}

void Sender::pump() {
  if (finished_) return;
  (void)turn_.now();  // before the time that sending takes
  while (!idle_.empty()) {
    const auto due = traffic_.next_due();
    if (!due) return finish_if_over();
    const Nanoseconds now = run_time();
    if (*due > now) return schedule_timer_.start_at(begin_ + *due);
    Client& client = *idle_.back();
    idle_.pop_back();
    send(client, now, now - std::max(*due, client.free_since));
  }
}

void Sender::sweep() {
  if (finished_) return;
  const Nanoseconds now = run_time();
  for (const auto& client : clients_) {
    if (!client->busy || client->sent == never || now - client->sent < settings_.answer_time_max) {
      continue;
    }
    client->busy = false;
    --busy_;
    client->connected = false;
    --connected_;
    traffic_.on_no_answer(client->intent, NoAnswer::timed_out, now);
    client->connection.connect();
  }
  watch_processor();
  pump();
  if (now - arrivals_end_ > settings_.drain_time_max) give_up_rest(now);
  finish_if_over();
  if (!finished_) sweep_timer_.start(limits::sweep_interval);
}

void Sender::watch_processor() {
  const Nanoseconds now = run_time();
  const Nanoseconds length = now - second_began_;
  if (length < std::chrono::seconds(1)) return;
  const Nanoseconds used = thread_processor_time();
  if (now < arrivals_end_ + std::chrono::seconds(1)) {
    const auto share = [](Nanoseconds part, Nanoseconds whole) {
      return static_cast<double>(part.count()) / static_cast<double>(whole.count());
    };
    health_.busy_share_max =
        std::max(health_.busy_share_max, share(used - processor_at_second_, length));
    health_.busy_share = share(used - processor_at_begin_, now);
  }
  processor_at_second_ = used;
  second_began_ = now;
}

// What could never be sent is not forgotten: it counts as given up.
void Sender::give_up_rest(Nanoseconds now) {
  for (const auto& client : clients_) {
    if (!client->busy) continue;
    client->busy = false;
    --busy_;
    traffic_.on_no_answer(client->intent, NoAnswer::timed_out, now);
    client->connection.close();
  }
  health_.unsent += traffic_.give_up_rest();
}

void Sender::finish_if_over() {
  if (finished_ || busy_ != 0 || !traffic_.finished()) return;
  finished_ = true;
  schedule_timer_.stop();
  sweep_timer_.stop();
  on_finished_();
}

}  // namespace spillway::loadtest
