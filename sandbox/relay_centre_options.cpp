#include "sandbox/relay_centre_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace spillway::sandbox {
namespace {

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array units{Unit{"us", std::chrono::microseconds(1)},
                           Unit{"ms", std::chrono::milliseconds(1)},
                           Unit{"s", std::chrono::seconds(1)}};
constexpr Duration duration_max = std::chrono::hours(1);

std::optional<Duration> duration_from(std::string_view text) {
  if (text == "0") return Duration::zero();
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto* unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  const auto count = number_from<std::int64_t>(text.substr(0, digits));
  if (unit == units.end() || !count || *count > duration_max / unit->size) return std::nullopt;
  return *count * unit->size;
}

struct FaultName {
  std::string_view name;
  double RelayFaults::*chance;
};
constexpr std::array plain_faults{
    FaultName{"lost", &RelayFaults::lost},    FaultName{"late", &RelayFaults::late},
    FaultName{"double", &RelayFaults::twice}, FaultName{"garbage", &RelayFaults::garbage},
    FaultName{"drop", &RelayFaults::drop},
};

// Null for a name that there is not.
double* chance_of(RelayFaults& faults, std::string_view name) {
  for (const FaultName& fault : plain_faults)
    if (fault.name == name) return &(faults.*fault.chance);
  const auto* odd = std::ranges::find(oddity_names, name);
  const auto at = static_cast<std::size_t>(odd - oddity_names.begin());
  return name.empty() || at == oddities ? nullptr : &faults.odd[at];
}

Error wrong(std::string_view text, const std::string& expected) {
  return Error{"\"" + std::string(text) + "\": " + expected};
}

}  // namespace

Result<LatencyRange> parse_latency(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto min = duration_from(text.substr(0, dash));
  const auto max = dash == std::string_view::npos ? min : duration_from(text.substr(dash + 1));
  if (!min || !max) return wrong(text, "a latency is written 20ms or 10ms-200ms, at most an hour");
  if (*min > *max) return wrong(text, "the shorter latency comes first");
  return LatencyRange{*min, *max};
}

Result<double> parse_rate(std::string_view text) {
  const auto rate = number_from<double>(text);
  if (!rate || !(*rate > 0 && *rate <= 1e9)) return wrong(text, "a rate is a number above 0");
  return *rate;
}

std::string fault_names() {
  std::string names;
  for (const FaultName& fault : plain_faults) names.append(fault.name).append(", ");
  for (const std::string_view name : oddity_names)
    if (!name.empty()) names.append(name).append(", ");
  names.resize(names.size() - 2);
  return names;
}

Result<RelayFaults> parse_faults(std::string_view text, RelayFaults faults) {
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    const std::size_t equals = std::min(one.find('='), one.size());
    double* const fault = chance_of(faults, one.substr(0, equals));
    const auto chance = number_from<double>(one.substr(std::min(equals + 1, one.size())));
    if (fault == nullptr || !chance || !(*chance >= 0 && *chance <= 1))
      return wrong(one, "a fault is written lost=0.01; there are " + fault_names());
    *fault = *chance;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  double sum = 0;
  for (const FaultName& fault : plain_faults) sum += faults.*fault.chance;
  for (const double chance : faults.odd) sum += chance;
  if (sum > 1) return Error{"the chances of all faults together are more than 1"};
  return faults;
}

}  // namespace spillway::sandbox
