// Requests offered over HTTP at a constant rate, whether or not answers come: each has its intended
// time, and its latency counts from there, so that a server that stalls shows it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <vector>

#include "net/stream/event_loop.hpp"
#include "net/stream/precise_timer.hpp"
#include "net/stream/tcp_stream.hpp"
#include "tests/benchmarks/latencies.hpp"

namespace spillway::benchmarks {

struct OfferedSettings {
  std::uint16_t port = 0;
  double rate = 0;          // a second; 0: as fast as answers come
  double seconds = 0;       // until all that is offered has been; 0: until `count`
  std::uint64_t count = 0;  // 0: until `seconds` are over
  std::size_t connections = 64;
  int good_status = 202;
};

struct Offered {
  std::uint64_t sent = 0;
  std::uint64_t good = 0;
  std::uint64_t refused = 0;    // answered, and not with the good status
  std::uint64_t lost = 0;       // connections
  std::size_t backlog_max = 0;  // intended, and no connection was free
  double seconds = 0;
  Latencies good_after;
  Latencies refused_after;
};

// On the thread of its loop.
class OfferedLoad {
 public:
  using Clock = std::chrono::steady_clock;
  // The whole request of a number; what it gives holds until the next call.
  using Requests = std::function<std::string_view(std::uint64_t number)>;
  // Of each answer: whether it was good, and its head.
  using Answered = std::function<void(bool good, std::string_view head)>;

  OfferedLoad(const OfferedSettings& settings, net::EventLoop& loop, Requests requests,
              Answered answered)
      : settings_(settings),
        requests_(std::move(requests)),
        answered_(std::move(answered)),
        timer_(loop, [this] { turn(); }) {
    for (std::size_t i = 0; i < settings.connections; ++i)
      clients_.push_back(std::make_unique<Client>(loop, settings.port, *this));
  }

  std::future<void> done() { return done_.get_future(); }

  // When it is done.
  const Offered& result() {
    offered_.seconds = std::chrono::duration<double>(last_answer_ - began_).count();
    return offered_;
  }

 private:
  static constexpr std::chrono::microseconds turn_min{200};  // between two looks at what is due
  static constexpr std::chrono::milliseconds turn_max{1};
  static constexpr std::chrono::seconds answers_wait_max{30};  // when the last one is sent

  // One connection: one request at a time.
  class Client : public net::TcpStreamListener {
   public:
    Client(net::EventLoop& loop, std::uint16_t port, OfferedLoad& load) : load_(load) {
      stream_ = net::TcpStream::connect(loop, "127.0.0.1", port, *this);
    }

    void send(std::string_view request, Clock::time_point intended) {
      intended_ = intended;
      stream_->write(request);
    }

    void on_connected() override { load_.connected(*this); }

    std::size_t on_bytes(std::string_view bytes) override {
      constexpr std::string_view length_field = "Content-Length: ";
      const std::size_t head_end = bytes.find("\r\n\r\n");
      if (head_end == std::string_view::npos) return 0;
      const std::size_t field = bytes.find(length_field);
      if (field > head_end) return 0;  // each of this server's answers has one
      const std::size_t size =
          head_end + 4 + std::strtoul(bytes.data() + field + length_field.size(), nullptr, 10);
      if (bytes.size() < size) return 0;
      load_.on_answer(*this, bytes.substr(0, head_end), intended_);
      return size;
    }

    void on_closed() override { load_.on_lost(); }

   private:
    OfferedLoad& load_;
    Clock::time_point intended_;
    std::unique_ptr<net::TcpStream> stream_;
  };

  void connected(Client& client) {
    free_.push_back(&client);
    if (free_.size() < settings_.connections) return;
    began_ = last_answer_ = Clock::now();
    turn();
  }

  void on_answer(Client& client, std::string_view head, Clock::time_point intended) {
    constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();
    const auto now = Clock::now();
    const bool good = std::atoi(head.data() + status_at) == settings_.good_status;
    ++(good ? offered_.good : offered_.refused);
    (good ? offered_.good_after : offered_.refused_after).add(now - intended);
    answered_(good, head);
    last_answer_ = now;
    free_.push_back(&client);
    give_out();
  }

  void on_lost() {
    ++offered_.lost;
    finish();
  }

  bool all_intended() const {
    return (settings_.count > 0 && intended_ >= settings_.count) ||
           (settings_.seconds > 0 && Clock::now() - began_ >= seconds(settings_.seconds));
  }

  static Clock::duration seconds(double value) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
  }

  Clock::time_point due(std::uint64_t number) const {
    return began_ + seconds(static_cast<double>(number) / settings_.rate);
  }

  void turn() {
    if (finished_) return;
    const auto now = Clock::now();
    if (!all_intended() && settings_.rate > 0) {
      while (due(intended_) <= now && (settings_.count == 0 || intended_ < settings_.count))
        backlog_.push_back(due(intended_++));
      offered_.backlog_max = std::max(offered_.backlog_max, backlog_.size());
    }
    give_out();
    const bool all_answered = offered_.sent == offered_.good + offered_.refused && backlog_.empty();
    if (all_intended() && (all_answered || now - last_answer_ > answers_wait_max)) return finish();
    const bool more = settings_.rate > 0 && !all_intended();
    const Clock::time_point next = more ? due(intended_) : now + turn_max;
    timer_.start_at(std::clamp<Clock::time_point>(next, now + turn_min, now + turn_max));
  }

  void give_out() {
    while (!free_.empty()) {
      auto intended = Clock::now();
      if (settings_.rate > 0) {
        if (backlog_.empty()) return;
        intended = backlog_.front();
        backlog_.pop_front();
      } else {
        if (all_intended()) return;
        ++intended_;
      }
      Client* client = free_.front();
      free_.pop_front();
      client->send(requests_(offered_.sent++), intended);
    }
  }

  void finish() {
    if (finished_) return;
    finished_ = true;
    done_.set_value();
  }

  const OfferedSettings settings_;
  const Requests requests_;
  const Answered answered_;
  net::PreciseTimer timer_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::deque<Client*> free_;  // in turn: the server ends a connection that idles
  std::deque<Clock::time_point> backlog_;
  Offered offered_;
  Clock::time_point began_;
  Clock::time_point last_answer_;
  std::uint64_t intended_ = 0;
  bool finished_ = false;
  std::promise<void> done_;
};

}  // namespace spillway::benchmarks
