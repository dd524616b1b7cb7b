// How true the load test's latencies are: orders at an even rate to a server that answers each
// after a known time, and that stands still once for a second. What each order's latency must be
// follows from that; the quantiles that were measured are held against it. Prints one JSON object.
//
//   benchmark_load_delay [--rate R] [--delay-ms D] [--seconds S]
#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "net/event_loop.hpp"
#include "net/precise_timer.hpp"
#include "net/tcp_listener.hpp"
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
    }
    if (!due_.empty()) timer_->start_at(due_.front().at);
  }

  const Nanoseconds delay_;
  net::EventLoop loop_{"server"};
  std::unique_ptr<net::PreciseTimer> timer_;
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::deque<Due> due_;
  Clock::time_point stall_from_ = Clock::time_point::max() - stall;
};

// The latencies as they must be, sorted.
std::vector<Nanoseconds> expected_latencies(double rate, Nanoseconds length, Nanoseconds delay,
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

  const auto expected = expected_latencies(rate, length, delay, stall_from);
  const Histogram& found = measured.times(Measure::accept);
  double worst = 0;
  std::string quantiles;
  for (const double share : {0.5, 0.75, 0.9, 0.95, 0.99, 1.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(expected.size()) - 1e-9));
    const double must = std::chrono::duration<double, std::milli>(expected[rank - 1]).count();
    const double is = std::chrono::duration<double, std::milli>(found.quantile(share)).count();
    worst = std::max(worst, std::abs(is - must) / must);
    quantiles += fmt::format("{}\"p{:g}\": [{:.3f}, {:.3f}]", quantiles.empty() ? "" : ", ",
                             share * 100, must, is);
  }
  fmt::print(
      "{{\"orders\": {}, \"expected\": {}, \"must_and_is_ms\": {{{}}}, "
      "\"worst_error\": {:.4f}}}\n",
      found.count(), expected.size(), quantiles, worst);
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
