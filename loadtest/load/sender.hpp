// Sends what is due over many connections, one request at a time on each, and takes the answers'
// times. A request costs one write and one read; the schedule is looked at with every answer and by
// a timer of some 60 µs precision, so neither a busy nor a quiet sender is late by more.
//
// Latency counts from when a request was due. When all connections wait for answers, what is due
// waits too, and its latency shows it: a server that stalls is seen to stall for everybody who
// would have come. What the sender itself is late by, with a connection free, is its lag. An
// answer has come when the loop woke up for it: of 500 that come at once the last is not late
// because of the time that the others before it take here.
//
// Threads: everything on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "loadtest/base/measurements.hpp"
#include "loadtest/load/traffic.hpp"
#include "net/client/http_client.hpp"
#include "net/stream/precise_timer.hpp"
#include "net/stream/timer.hpp"
#include "net/stream/turn_clock.hpp"

namespace spillway::loadtest {

struct SenderSettings {
  std::string address;  // numeric
  std::uint16_t port = 0;
  std::size_t connections = 64;
  Nanoseconds answer_time_max = std::chrono::seconds(30);
  Nanoseconds drain_time_max = std::chrono::seconds(30);  // for the rest, after the last arrival
  Nanoseconds slow_time = std::chrono::seconds(2);
  Nanoseconds arrivals_end{};  // when the last arrival is intended, at the latest
};

// How the sending thread did: what a run's validity is judged by.
struct SenderHealth {
  double busy_share = 0;      // of the time between the first and the last arrival
  double busy_share_max = 0;  // the highest of a second
  std::uint64_t unsent = 0;   // what was due and could not be sent before the end
};

class Sender {
 public:
  // What is handed in outlives this. `on_finished` is called once, when everything was sent and
  // answered or given up.
  Sender(net::EventLoop& loop, const SenderSettings& settings, Traffic& traffic,
         Measurements& measurements, std::function<void()> on_finished);
  ~Sender();

  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Opens the connections; `on_ready` is called once, when each stands or has failed once.
  void connect(std::function<void()> on_ready);
  std::size_t connected() const { return connected_; }
  // Why the last connection could not be made.
  const std::string& unreachable_because() const { return unreachable_because_; }

  // The run's time 0.
  void start(MonotonicTime begin);
  // No new orders; ends as soon as the rest is answered.
  void stop();

  const SenderHealth& health() const { return health_; }
  std::size_t busy() const { return busy_; }

 private:
  struct Client;

  Nanoseconds run_time() const;
  void became_free(Client& client);
  void answered(Client& client, const net::HttpAnswer& answer);
  void failed(Client& client, net::HttpClientFailure failure, std::string_view reason);
  void send(Client& client, Nanoseconds now, Nanoseconds lag);
  void send_slow(Client& client, std::string_view request);
  void drip();
  void pump();
  void sweep();
  void watch_processor();
  void finish_if_over();
  void give_up_rest(Nanoseconds now);
  void know_connection(Client& client);

  net::EventLoop& loop_;
  const SenderSettings settings_;
  Traffic& traffic_;
  Measurements& measurements_;
  std::function<void()> on_finished_;
  std::function<void()> on_ready_;
  net::HttpClientMemory memory_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> idle_;
  std::vector<Client*> dripping_;
  net::TurnClock turn_;
  net::PreciseTimer schedule_timer_;
  net::Timer sweep_timer_;
  net::Timer drip_timer_;
  MonotonicTime begin_{};
  bool started_ = false;
  bool finished_ = false;
  std::size_t busy_ = 0;
  std::size_t connected_ = 0;
  std::size_t known_ = 0;  // connections that stood or failed at least once
  std::string unreachable_because_;
  SenderHealth health_;
  Nanoseconds arrivals_end_{};
  Nanoseconds processor_at_begin_{};
  Nanoseconds processor_at_second_{};
  Nanoseconds second_began_{};
};

}  // namespace spillway::loadtest
