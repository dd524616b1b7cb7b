// What one core of the load test sends: benchmark_load_sender --port P [--seconds S]
// [--connections C] [--rate R]. Orders to a server that answers each with a 202, with schedule and
// histograms on; without a rate from as many buyers as connections, each as soon as it is answered.
// Prints one JSON object.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/benchmarks/benchmark_sender.hpp"

using namespace spillway;
using namespace spillway::loadtest;

namespace {

struct Options {
  std::uint16_t port = 0;
  std::uint32_t seconds = 5;
  std::size_t connections = 256;
  double rate = 0;
};

double milliseconds(Nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

int run(const Options& options) {
  const Nanoseconds length = std::chrono::seconds(options.seconds);
  MixSettings mix_settings;
  mix_settings.items_max = 3;
  const Mix mix(mix_settings, 2, 1);
  OrderRequests requests(mix,
                         {{"one", "sk_demo_0123456789abcdef0123456789abcd"},
                          {"two", "sk_demo_fedcba9876543210fedcba98765432"}},
                         "BENCHMARK0", "127.0.0.1");
  Measurements measured;
  OrderRecords records(0, 1);
  TrafficSettings traffic_settings;
  traffic_settings.buyers = options.rate > 0 ? 0 : options.connections;
  traffic_settings.duration = length;
  traffic_settings.records = false;
  Traffic traffic(traffic_settings,
                  Arrivals(constant_rate(options.rate, length), Spacing::poisson, 1), mix, requests,
                  measured, records);
  SenderSettings settings;
  settings.address = "127.0.0.1";
  settings.port = options.port;
  settings.connections = options.connections;
  settings.arrivals_end = length;
  BenchmarkSender sender(settings, traffic, measured);
  const auto began = std::chrono::steady_clock::now();
  const SenderHealth health = sender.run(began);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const Histogram& accept = measured.times(Measure::accept);
  fmt::print(
      "{{\"accepted\": {}, \"seconds\": {:.3f}, \"per_second\": {:.0f}, \"errors\": {}, "
      "\"busy\": {:.3f}, \"p50_ms\": {:.3f}, \"p99_ms\": {:.3f}, \"max_ms\": {:.3f}, "
      "\"lag_p99_ms\": {:.3f}}}\n",
      accept.count(), took.count(), static_cast<double>(accept.count()) / took.count(),
      measured.errors(), health.busy_share, milliseconds(accept.quantile(0.5)),
      milliseconds(accept.quantile(0.99)), milliseconds(accept.max()),
      milliseconds(measured.times(Measure::lag).quantile(0.99)));
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  Options options;
  CLI::App app("Sends orders as fast as one core can, or at a rate.");
  app.add_option("--port", options.port)->required();
  app.add_option("--seconds", options.seconds);
  app.add_option("--connections", options.connections);
  app.add_option("--rate", options.rate);
  CLI11_PARSE(app, argument_count, arguments);
  return run(options);
}
