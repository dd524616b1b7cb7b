// Offers orders over HTTP at a constant rate, whether or not answers come: each order has its
// intended time, and its latency counts from there, so that a server that stalls shows it.
//
//   benchmark_order_load --port PORT --key KEY [--rate R] [--seconds S] [--count N]
//                        [--connections C]
//
// A rate of 0 sends as fast as answers come. Ends after S seconds or N orders, whichever is given,
// once all are answered, and prints one JSON object.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "net/event_loop.hpp"
#include "net/tcp_stream.hpp"
#include "net/timer.hpp"
#include "tests/benchmarks/latencies.hpp"

namespace spillway::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto tick = 1ms;
constexpr auto answers_wait_max = 30s;  // for what is outstanding when the last order is sent

struct Options {
  std::uint16_t port = 0;
  std::string key;
  double rate = 0;
  double seconds = 0;
  std::uint64_t count = 0;
  std::size_t connections = 64;
};

// The request with a hole for the order's name, which stands in the body as its reference and in
// the head as its Idempotency-Key.
class Request {
 public:
  explicit Request(const std::string& key);
  // Holds until the next call.
  std::string_view named(std::uint64_t number);

 private:
  static constexpr std::size_t name_size = 21;
  std::string text_;
  std::string run_;
  std::size_t in_head_ = 0;
  std::size_t in_body_ = 0;
};

Request::Request(const std::string& key) {
  const std::string name(name_size, '0');
  const std::string body =
      R"({"reference":"B-)" + name +
      R"(","member":"M-4821","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},)"
      R"("items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150},)"
      R"({"code":"SOCK-7","name":"Wool socks","quantity":2,"unit_price":900}],)"
      R"("amount":4950,"currency":"JPY",)"
      R"("card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"},)"
      R"("note":"Please leave the parcel at the door of the neighbour, thanks"})";
  text_ = fmt::format(
      "POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\nIdempotency-Key: {}\r\n\r\n{}",
      key, body.size(), name, body);
  in_head_ = text_.find(name);
  in_body_ = text_.rfind(name);
  run_ = fmt::format("{:010}-", std::chrono::system_clock::now().time_since_epoch() / 1s);
}

std::string_view Request::named(std::uint64_t number) {
  const std::string name = run_ + fmt::format("{:010}", number);
  std::memcpy(text_.data() + in_head_, name.data(), name_size);
  std::memcpy(text_.data() + in_body_, name.data(), name_size);
  return text_;
}

class Load;

// One connection: one request at a time.
class Shop : public net::TcpStreamListener {
 public:
  Shop(net::EventLoop& loop, std::uint16_t port, Load& load) : load_(load) {
    stream_ = net::TcpStream::connect(loop, "127.0.0.1", port, *this);
  }

  void send(std::string_view request, Clock::time_point intended) {
    intended_ = intended;
    stream_->write(request);
  }

  void on_connected() override;
  std::size_t on_bytes(std::string_view bytes) override;
  void on_closed() override;

 private:
  Load& load_;
  Clock::time_point intended_;
  std::unique_ptr<net::TcpStream> stream_;
};

class Load {
 public:
  Load(const Options& options, net::EventLoop& loop)
      : options_(options), loop_(loop), request_(options.key), timer_(loop, [this] { turn(); }) {
    for (std::size_t i = 0; i < options.connections; ++i)
      shops_.push_back(std::make_unique<Shop>(loop, options.port, *this));
  }

  std::future<void> done() { return done_.get_future(); }

  void connected(Shop& shop) {
    free_.push_back(&shop);
    if (free_.size() < options_.connections) return;
    began_ = Clock::now();
    turn();
  }

  void answered(Shop& shop, int status, Clock::time_point intended) {
    const auto now = Clock::now();
    ++(status == 202 ? accepted_ : refused_);
    latencies_.add(now - intended);
    last_answer_ = now;
    free_.push_back(&shop);
    give_out();
  }

  void lost() {
    ++lost_;
    finish();
  }

  void print() const {
    const std::chrono::duration<double> time = last_answer_ - began_;
    fmt::print(
        "{{\"sent\": {}, \"accepted\": {}, \"other\": {}, \"lost\": {}, \"unanswered\": {}, "
        "\"seconds\": {:.3f}, \"accepted_per_second\": {:.1f}, \"late_to_send_max\": {}, "
        "\"p50_ms\": {:.3f}, \"p99_ms\": {:.3f}, \"max_ms\": {:.3f}}}\n",
        sent_, accepted_, refused_, lost_, sent_ - accepted_ - refused_, time.count(),
        static_cast<double>(accepted_) / time.count(), backlog_max_, latencies_.at_ms(0.5),
        latencies_.at_ms(0.99), latencies_.at_ms(1));
  }

 private:
  bool all_intended() const {
    return (options_.count > 0 && intended_ >= options_.count) ||
           (options_.seconds > 0 && Clock::now() - began_ >= seconds(options_.seconds));
  }

  static Clock::duration seconds(double value) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
  }

  void turn() {
    if (finished_) return;
    const auto now = Clock::now();
    if (!all_intended() && options_.rate > 0) {
      const auto due = static_cast<std::uint64_t>(
          options_.rate * std::chrono::duration<double>(now - began_).count());
      while (intended_ < due && (options_.count == 0 || intended_ < options_.count))
        backlog_.push_back(began_ + seconds(static_cast<double>(intended_++) / options_.rate));
      backlog_max_ = std::max(backlog_max_, backlog_.size());
    }
    give_out();
    const bool all_answered = sent_ == accepted_ + refused_ && backlog_.empty();
    if (all_intended() && (all_answered || now - last_answer_ > answers_wait_max)) return finish();
    timer_.start(tick);
  }

  void give_out() {
    while (!free_.empty()) {
      auto intended = Clock::now();
      if (options_.rate > 0) {
        if (backlog_.empty()) return;
        intended = backlog_.front();
        backlog_.pop_front();
      } else {
        if (all_intended()) return;
        ++intended_;
      }
      Shop* shop = free_.back();
      free_.pop_back();
      shop->send(request_.named(sent_++), intended);
    }
  }

  void finish() {
    if (finished_) return;
    finished_ = true;
    done_.set_value();
  }

  const Options options_;
  net::EventLoop& loop_;
  Request request_;
  net::Timer timer_;
  std::vector<std::unique_ptr<Shop>> shops_;
  std::vector<Shop*> free_;
  std::deque<Clock::time_point> backlog_;  // intended, and no connection was free
  Latencies latencies_;
  Clock::time_point began_;
  Clock::time_point last_answer_;
  std::uint64_t intended_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t lost_ = 0;
  std::size_t backlog_max_ = 0;
  bool finished_ = false;
  std::promise<void> done_;
};

void Shop::on_connected() {
  load_.connected(*this);
}

std::size_t Shop::on_bytes(std::string_view bytes) {
  constexpr std::string_view length_field = "Content-Length: ";
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  const std::size_t field = bytes.find(length_field);
  if (field > head_end) return 0;  // each of this server's answers has one
  const std::size_t length = std::strtoul(bytes.data() + field + length_field.size(), nullptr, 10);
  const std::size_t size = head_end + 4 + length;
  if (bytes.size() < size) return 0;
  load_.answered(*this, std::atoi(bytes.data() + 9), intended_);
  return size;
}

void Shop::on_closed() {
  load_.lost();
}

int run(const Options& options) {
  net::EventLoop loop("load");
  std::unique_ptr<Load> load;
  std::future<void> done;
  loop.run_and_wait([&] {
    load = std::make_unique<Load>(options, loop);
    done = load->done();
  });
  done.wait();
  loop.run_and_wait([&] {
    load->print();
    load.reset();
  });
  return 0;
}

}  // namespace
}  // namespace spillway::benchmarks

int main(int argument_count, char** arguments) {
  spillway::benchmarks::Options options;
  CLI::App app("Offers orders at a constant rate.");
  app.add_option("--port", options.port)->required();
  app.add_option("--key", options.key)->required();
  app.add_option("--rate", options.rate);
  app.add_option("--seconds", options.seconds);
  app.add_option("--count", options.count);
  app.add_option("--connections", options.connections);
  CLI11_PARSE(app, argument_count, arguments);
  return spillway::benchmarks::run(options);
}
