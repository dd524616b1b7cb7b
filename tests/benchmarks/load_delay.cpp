// How true the load test's latencies are: orders at an even rate to a server that answers each
// after a known time, and that stands still once for a second. The server notes when each answer
// really left it: what it was itself late by, after its timer fired or behind the answers before
// it, is no error of the load test. The quantiles that were measured are held against those times,
// and those times against what was meant. Prints one JSON object.
//
//   benchmark_load_delay [--rate R] [--delay-ms D] [--seconds S]
#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "net/stream/event_loop.hpp"
#include "net/stream/precise_timer.hpp"
#include "net/stream/tcp_listener.hpp"
#include "tests/benchmarks/benchmark_sender.hpp"

using namespace spillway;
using namespace spillway::loadtest;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view answer =
    "HTTP/1.1 202 Accepted\r\nContent-Length: 26\r\n\r\n{\"order\":\"3F7K-9Q2M-XW41\"}\n";
constexpr auto stall = 1s;

class DelayServer {
 public:
  explicit DelayServer(Nanoseconds delay) : delay_(delay) {
    loop_.run_and_wait([this] {
      timer_ = std::make_unique<net::PreciseTimer>(loop_, [this] { answer_due(); });
      listener_ = std::move(*net::TcpListener::listen(loop_, "127.0.0.1", 0, [this](auto stream) {
        peers_.push_back(std::make_unique<Peer>(*this, std::move(stream)));
        peers_.back()->stream->start(*peers_.back());
      }));
    });
  }
  ~DelayServer() {
    loop_.run_and_wait([this] {
      peers_.clear();
      listener_.reset();
      timer_.reset();
    });
  }
  std::uint16_t port() const { return listener_->port(); }
  void stand_still_from(Clock::time_point time) {
    loop_.run_and_wait([&] { stall_from_ = time; });
  }
  // When each answer was with the kernel, by the order in which the requests came: that in which
  // they were meant to be sent, but for a few that changed places.
  std::vector<Clock::time_point> answered() {
    std::vector<Clock::time_point> copy;
    loop_.run_and_wait([&] { copy = answered_; });
    return copy;
  }

 private:
  struct Peer : net::TcpStreamListener {
    Peer(DelayServer& owner, std::unique_ptr<net::TcpStream> accepted)
        : server(owner), stream(std::move(accepted)) {}
    void on_connected() override {}
    void on_closed() override { stream.reset(); }
    std::size_t on_bytes(std::string_view bytes) override {
      server.due_.push_back({Clock::now() + server.delay_, this});
      server.answer_due();
      return bytes.size();  // the load test sends a request in one piece
    }
    DelayServer& server;
    std::unique_ptr<net::TcpStream> stream;
  };
  struct Due {
    Clock::time_point at;
    Peer* peer;
  };

  void answer_due() {
    const auto now = Clock::now();
    if (now >= stall_from_ && now < stall_from_ + stall) {
      return timer_->start_at(stall_from_ + stall);
    }
    for (; !due_.empty() && due_.front().at <= now; due_.pop_front()) {
      if (due_.front().peer->stream != nullptr) due_.front().peer->stream->write(answer);
      answered_.push_back(Clock::now());
    }
    if (!due_.empty()) timer_->start_at(due_.front().at);
  }

  const Nanoseconds delay_;
  net::EventLoop loop_{"server"};
  std::unique_ptr<net::PreciseTimer> timer_;
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::deque<Due> due_;
  std::vector<Clock::time_point> answered_;
  Clock::time_point stall_from_ = Clock::time_point::max() - stall;
};

double milliseconds(Nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// The latencies as the server was told to make them, sorted.
std::vector<Nanoseconds> meant_latencies(double rate, Nanoseconds length, Nanoseconds delay,
                                         Nanoseconds stall_from) {
  std::vector<Nanoseconds> latencies;
  Arrivals arrivals(constant_rate(rate, length), Spacing::even, 1);
  while (const auto intended = arrivals.next()) {
    const Nanoseconds ready = *intended + delay;
    const bool stands = ready >= stall_from && ready < stall_from + stall;
    latencies.push_back((stands ? stall_from + stall : ready) - *intended);
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

// The same as it made them.
std::vector<Nanoseconds> given_latencies(double rate, Nanoseconds length, Clock::time_point begin,
                                         const std::vector<Clock::time_point>& answered) {
  std::vector<Nanoseconds> latencies;
  Arrivals arrivals(constant_rate(rate, length), Spacing::even, 1);
  for (const Clock::time_point at : answered) {
    if (const auto intended = arrivals.next()) latencies.push_back(at - begin - *intended);
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

int run(double rate, Nanoseconds delay, Nanoseconds length) {
  DelayServer server(delay);
  const Mix mix(MixSettings{}, 1, 1);
  OrderRequests requests(mix, {{"one", "key"}}, "BENCHMARK0", "127.0.0.1");
  Measurements measured;
  OrderRecords records(0, 1);
  TrafficSettings traffic_settings;
  traffic_settings.records = false;
  Traffic traffic(traffic_settings, Arrivals(constant_rate(rate, length), Spacing::even, 1), mix,
                  requests, measured, records);
  SenderSettings settings;
  settings.address = "127.0.0.1";
  settings.port = server.port();
  settings.connections = static_cast<std::size_t>(rate * 1.5) + 16;  // a second's orders and more
  settings.arrivals_end = length;
  BenchmarkSender sender(settings, traffic, measured);
  const auto begin = Clock::now() + 100ms;
  const Nanoseconds stall_from = length / 2;
  server.stand_still_from(begin + stall_from);
  sender.run(begin);

  const auto meant = meant_latencies(rate, length, delay, stall_from);
  const auto given = given_latencies(rate, length, begin, server.answered());
  const Histogram& found = measured.times(Measure::accept);
  double worst = 0;
  double server_worst = 0;
  std::string quantiles;
  for (const double share : {0.5, 0.75, 0.9, 0.95, 0.99, 1.0}) {
    const auto at = [share](const std::vector<Nanoseconds>& sorted) {
      const double rank = std::ceil(share * static_cast<double>(sorted.size()) - 1e-9);
      return milliseconds(sorted[static_cast<std::size_t>(rank) - 1]);
    };
    const double is = milliseconds(found.quantile(share));
    worst = std::max(worst, std::abs(is - at(given)) / at(given));
    server_worst = std::max(server_worst, std::abs(at(given) - at(meant)) / at(meant));
    quantiles += fmt::format("{}\"p{:g}\": [{:.3f}, {:.3f}, {:.3f}]", quantiles.empty() ? "" : ", ",
                             share * 100, at(meant), at(given), is);
  }
  fmt::print(
      "{{\"orders\": {}, \"meant_given_measured_ms\": {{{}}}, \"worst_error\": {:.4f}, "
      "\"servers_own_worst\": {:.4f}}}\n",
      found.count(), quantiles, worst, server_worst);
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  double rate = 500;
  std::uint32_t delay_ms = 50;
  std::uint32_t seconds = 6;
  CLI::App app("Holds the load test's latencies against a server whose delays are known.");
  app.add_option("--rate", rate);
  app.add_option("--delay-ms", delay_ms);
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argument_count, arguments);
  return run(rate, std::chrono::milliseconds(delay_ms), std::chrono::seconds(seconds));
}
