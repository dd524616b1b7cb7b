// Offers orders, or inquiries about them, over HTTP at a constant rate (offered_load.hpp):
//
//   benchmark_order_load --port PORT --key KEY [--rate R] [--seconds S] [--count N]
//                        [--connections C] [--keyless] [--codes FILE | --inquire FILE]
//
// A rate of 0 sends as fast as answers come. Ends after S seconds or N requests, whichever is
// given, once all are answered, and prints one JSON object. `--codes` writes the code of every 64th
// order that was accepted, a line each; `--inquire` asks for those, in a random order, and sends no
// order. Orders have an idempotency key each, unless `--keyless` says otherwise.
#include <chrono>
#include <cstring>
#include <fstream>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/benchmarks/offered_load.hpp"

namespace spillway::benchmarks {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t code_every = 64;

struct Options {
  OfferedSettings load;
  std::string key;
  bool keyless = false;
  std::string codes_to;
  std::string inquire;
};

// An order with a hole for its name, which stands in the body as its reference and in the head as
// its Idempotency-Key.
class OrderRequest {
 public:
  OrderRequest(const std::string& key, bool keyless);
  std::string_view operator()(std::uint64_t number);

 private:
  static constexpr std::size_t name_size = 21;
  std::string text_;
  std::string run_;
  std::vector<std::size_t> holes_;
};

OrderRequest::OrderRequest(const std::string& key, bool keyless) {
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
      "Content-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
      key, body.size(), keyless ? "" : "Idempotency-Key: " + name + "\r\n", body);
  for (std::size_t at = text_.find(name); at != std::string::npos; at = text_.find(name, at + 1))
    holes_.push_back(at);
  run_ = fmt::format("{:010}-", std::chrono::system_clock::now().time_since_epoch() / 1s);
}

std::string_view OrderRequest::operator()(std::uint64_t number) {
  const std::string name = run_ + fmt::format("{:010}", number);
  for (const std::size_t hole : holes_) std::memcpy(text_.data() + hole, name.data(), name_size);
  return text_;
}

// An inquiry by one of the codes in a file.
class Inquiry {
 public:
  Inquiry(const std::string& key, const std::string& file) : key_(key), chance_(1) {
    std::ifstream lines(file);
    for (std::string code; std::getline(lines, code);) codes_.push_back(code);
    if (codes_.empty()) throw std::runtime_error(file + " holds no codes");
  }

  std::string_view operator()(std::uint64_t /*number*/) {
    text_ = fmt::format(
        "GET /v1/orders/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}"
        "\r\n\r\n",
        codes_[chance_() % codes_.size()], key_);
    return text_;
  }

 private:
  const std::string key_;
  std::mt19937_64 chance_;
  std::vector<std::string> codes_;
  std::string text_;
};

// Writes down the codes of accepted orders.
class Codes {
 public:
  explicit Codes(const std::string& file) : lines_(file) {}

  void operator()(bool good, std::string_view head) {
    constexpr std::string_view field = "Location: /v1/orders/";
    constexpr std::size_t code_size = 14;
    if (!good || accepted_++ % code_every != 0) return;
    const std::size_t at = head.find(field);
    if (at != std::string_view::npos) lines_ << head.substr(at + field.size(), code_size) << '\n';
  }

 private:
  std::ofstream lines_;
  std::uint64_t accepted_ = 0;
};

void print(const Offered& offered) {
  const Latencies& good = offered.good_after;
  const Latencies& refused = offered.refused_after;
  fmt::print(
      "{{\"sent\": {}, \"accepted\": {}, \"other\": {}, \"lost\": {}, \"unanswered\": {}, "
      "\"seconds\": {:.3f}, \"accepted_per_second\": {:.1f}, \"late_to_send_max\": {}, "
      "\"p50_ms\": {:.3f}, \"p99_ms\": {:.3f}, \"max_ms\": {:.3f}, \"other_p50_ms\": {:.3f}, "
      "\"other_p99_ms\": {:.3f}, \"other_max_ms\": {:.3f}}}\n",
      offered.sent, offered.good, offered.refused, offered.lost,
      offered.sent - offered.good - offered.refused, offered.seconds,
      static_cast<double>(offered.good) / offered.seconds, offered.backlog_max, good.at_ms(0.5),
      good.at_ms(0.99), good.at_ms(1), refused.at_ms(0.5), refused.at_ms(0.99), refused.at_ms(1));
}

OfferedLoad::Requests requests(const Options& options) {
  if (!options.inquire.empty())
    return [inquiry = std::make_shared<Inquiry>(options.key, options.inquire)](
               std::uint64_t number) { return (*inquiry)(number); };
  return [order = std::make_shared<OrderRequest>(options.key, options.keyless)](
             std::uint64_t number) { return (*order)(number); };
}

OfferedLoad::Answered answered(const Options& options) {
  if (options.codes_to.empty()) return [](bool, std::string_view) {};
  return [codes = std::make_shared<Codes>(options.codes_to)](bool good, std::string_view head) {
    (*codes)(good, head);
  };
}

void run(Options& options) {
  if (!options.inquire.empty()) options.load.good_status = 200;
  net::EventLoop loop("load");
  std::unique_ptr<OfferedLoad> load;
  std::future<void> done;
  loop.run_and_wait([&] {
    load = std::make_unique<OfferedLoad>(options.load, loop, requests(options), answered(options));
    done = load->done();
  });
  done.wait();
  loop.run_and_wait([&] {
    print(load->result());
    load.reset();
  });
}

}  // namespace
}  // namespace spillway::benchmarks

int main(int argument_count, char** arguments) {
  spillway::benchmarks::Options options;
  CLI::App app("Offers orders at a constant rate.");
  app.add_option("--port", options.load.port)->required();
  app.add_option("--key", options.key)->required();
  app.add_option("--rate", options.load.rate);
  app.add_option("--seconds", options.load.seconds);
  app.add_option("--count", options.load.count);
  app.add_option("--connections", options.load.connections);
  app.add_flag("--keyless", options.keyless);
  app.add_option("--codes", options.codes_to);
  app.add_option("--inquire", options.inquire);
  CLI11_PARSE(app, argument_count, arguments);
  spillway::benchmarks::run(options);
  return 0;
}
