#include "loadtest/run/prove.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace spillway::loadtest {
namespace {

struct Happening {
  double at;  // share of the run
  const char* act;
  const char* what;
};

// Each fault has its answer before the next one of its kind.
constexpr Happening happenings[] = {
    {0.08, "cut", "tokyo"},      {0.12, "kill", "system"},   {0.14, "mend", "tokyo"},
    {0.16, "restart", "system"}, {0.20, "freeze", "east"},   {0.24, "kill", "kyoto"},
    {0.26, "thaw", "east"},      {0.28, "restart", "kyoto"}, {0.34, "freeze", "tokyo"},
    {0.38, "kill", "system"},    {0.40, "thaw", "tokyo"},    {0.41, "restart", "system"},
    {0.46, "cut", "west"},       {0.52, "mend", "west"},     {0.55, "kill", "west"},
    {0.58, "kill", "tokyo"},     {0.61, "restart", "west"},  {0.62, "restart", "tokyo"},
    {0.65, "freeze", "system"},  {0.68, "thaw", "system"},   {0.70, "drain", "kyoto"},
    {0.74, "restart", "kyoto"},  {0.77, "kill", "east"},     {0.78, "kill", "system"},
    {0.79, "kill", "kyoto"},     {0.82, "restart", "east"},  {0.83, "restart", "system"},
    {0.84, "restart", "kyoto"},  {0.88, "cut", "kyoto"},     {0.90, "freeze", "kyoto"},
    {0.92, "stop", "system"},    {0.94, "mend", "kyoto"},    {0.95, "thaw", "kyoto"},
    {0.96, "restart", "system"},
};

constexpr std::string_view scenario_text =
    R"(name = "Proof of {} orders"
purpose = "A flash sale while the first system, its relay centres and its nodes are killed, frozen and cut off: nothing may be lost, nothing charged twice, every outcome told."
seed = {}
lag_max = "10s"
thresholds = [
  "lost == 0",
  "twice == 0",
  "unexplained == 0",
  "charged_twice == 0",
  "unknown == 0",
  "given_up == 0",
  "untold == 0",
  "uncalled == 0",
  "unmailed == 0",
]

[target]
connections = 256
answer_time_max = "3s"
tries_max = 1000
retry_after = "250ms"

[arrivals]
shape = "spike"
spacing = "poisson"
rate = {:.1f}
spike_rate = {:.1f}
duration = "{}ms"
spike_at = "{}ms"
spike_rise = "{}ms"
spike_hold = "{}ms"
spike_fall = "{}ms"

[mix]
guests = 0.3
other_companies = 0.3
repeats = 0.01
changed_repeats = 0.002
cancels = 0.01
inquiries = 0.01
follow_after = "500ms"

[mix.cards]
usable = 0.93
unusable = 0.03
insufficient_funds = 0.02
exceeds_ceiling = 0.005
twice = 0.01
later_usable = 0.005

[topology]
shops = 20
relay_answer_time_max = "1s"

[[topology.relays]]
name = "east"
companies = ["VISA", "AMEX"]
latency = "1ms-8ms"
pace = {:.1f}

[[topology.relays]]
name = "west"
companies = ["MASTERCARD", "JCB", "DINERS"]
latency = "1ms-8ms"
pace = {:.1f}

[[topology.nodes]]
name = "tokyo"
pace = {:.1f}

[[topology.nodes]]
name = "kyoto"
pace = {:.1f}

[audit]
events = true
webhooks = true
mails = true
settle_time_max = "{}s"
)";

}  // namespace

std::string prove_scenario(const ProveOptions& options) {
  const double seconds = std::max(5.0, static_cast<double>(options.orders) / options.rate);
  const auto milliseconds = [&](double share) {
    return static_cast<std::uint64_t>(share * seconds * 1'000);
  };
  // A quarter of the time at the peak, the rest at half the average and on the ramps: the integral
  // is `orders`.
  const double base = options.rate * 0.5;
  const double peak = options.rate * 2.1667;
  // East takes four fifths of the cards. All lines together bear a little more than what comes on
  // average, the first system's own half of that: the sale queues up and spills over.
  const double east = options.rate * 0.5;
  const double west = options.rate * 0.2;
  const double node = options.rate * 0.35;
  std::string text =
      fmt::format(scenario_text, options.orders, options.seed, base, peak, milliseconds(1),
                  milliseconds(0.35), milliseconds(0.05), milliseconds(0.25), milliseconds(0.05),
                  east, west, node, node, static_cast<std::uint64_t>(120 + 2 * seconds));
  for (const Happening& happening : happenings) {
    text += fmt::format("\n[[timeline]]\nat = \"{}ms\"\ndo = \"{}\"\nwhat = \"{}\"\n",
                        milliseconds(happening.at), happening.act, happening.what);
  }
  return text;
}

}  // namespace spillway::loadtest
