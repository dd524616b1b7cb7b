#include "loadtest/audit/ledger.hpp"

#include <algorithm>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <simdjson.h>

#include "loadtest/base/civil_time.hpp"

namespace spillway::loadtest {

namespace {

// Of those that held at any time between; 0: one of them was none, or nothing is known.
double highest_pace(const std::vector<PaceStep>& paces, Timestamp from, Timestamp to) {
  double highest = 0;
  for (std::size_t i = 0; i < paces.size(); ++i) {
    const bool over = i + 1 < paces.size() && paces[i + 1].from <= from;
    if (over || paces[i].from > to) continue;
    if (paces[i].pace <= 0) return 0;
    highest = std::max(highest, paces[i].pace);
  }
  return highest;
}

constexpr Duration late_min = std::chrono::milliseconds(50);
constexpr Duration late_max = std::chrono::milliseconds(200);

// How long, shortly before a request, all lines were silent although there was something to come: a
// relay centre that gets no processor falls behind in several silences.
Duration silence_before(const std::vector<Timestamp>& times, std::size_t at, double pace) {
  constexpr Duration shortest = std::chrono::milliseconds(20);
  const auto usual = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(3 / pace));
  Duration sum{};
  for (std::size_t i = at; i > 0 && times[at] - times[i] < late_max; --i) {
    const Duration gap = times[i] - times[i - 1];
    if (gap > std::max(shortest, usual)) sum += gap;
  }
  return sum;
}

}  // namespace

struct Ledgers::Line {
  Timestamp at{};
  std::string_view message;
  std::uint64_t reference = 0;  // hashed
  std::uint64_t amount = 0;
  std::uint64_t live = 0;
};

Result<void> Ledgers::add(const std::string& relay, const std::filesystem::path& file,
                          const std::vector<PaceStep>& paces,
                          const std::vector<Disturbance>& disturbances) {
  std::ifstream lines(file, std::ios::binary);
  if (!lines) return Error{file.string() + ": the ledger cannot be read"};
  simdjson::ondemand::parser parser;
  std::vector<Timestamp> requests;
  std::string text;
  for (std::size_t number = 1; std::getline(lines, text); ++number) {
    if (lines.eof()) break;  // no end of line: a crash cut it short
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document;
    Line line;
    std::string_view at;
    std::string_view reference;
    if (parser.iterate(text.data(), text.size(), text.capacity()).get(document) ||
        document["at"].get(at) || document["message"].get(line.message) ||
        document["reference"].get(reference) || document["amount"].get(line.amount) ||
        document["live"].get(line.live)) {
      return Error{fmt::format("{}:{}: this is no line of a ledger", file.string(), number)};
    }
    const auto time = civil_time_from(at);
    if (!time) return Error{fmt::format("{}:{}: has no time", file.string(), number)};
    line.at = *time;
    line.reference = std::hash<std::string_view>()(reference);
    if (line.at < since_) continue;
    if (line.message == "0100") requests.push_back(line.at);
    if (line.amount >= amount_from_ && line.amount <= amount_to_) book(line);
  }
  paces_.push_back({.relay = relay, .requests = requests.size()});
  judge_pace(paces_.back(), requests, paces, disturbances);
  return {};
}

void Ledgers::book(const Line& line) {
  Charges& charges = charges_[line.amount];
  if (line.message.starts_with("01")) ++charges.requests;
  const auto found = std::find_if(charges.references.begin(), charges.references.end(),
                                  [&](const auto& known) { return known.first == line.reference; });
  const auto live = static_cast<std::uint8_t>(std::min<std::uint64_t>(line.live, 255));
  if (found == charges.references.end()) {
    charges.references.emplace_back(line.reference, live);
  } else {
    found->second = live;
  }
  unsigned sum = 0;
  for (const auto& [reference, stands] : charges.references) sum += stands;
  charges.live = static_cast<std::uint8_t>(std::min(sum, 255U));
  charges.live_most = std::max(charges.live_most, charges.live);
}

void Ledgers::judge_pace(LedgerPace& pace, std::vector<Timestamp>& times,
                         const std::vector<PaceStep>& paces,
                         const std::vector<Disturbance>& disturbances) {
  std::sort(times.begin(), times.end());
  const auto disturbed = [&](Timestamp from, Timestamp to) {
    return std::any_of(disturbances.begin(), disturbances.end(),
                       [&](const Disturbance& at) { return from < at.to && to > at.from; });
  };
  for (const PaceStep& step : paces) pace.pace_max = std::max(pace.pace_max, step.pace);
  // One by one at an interval: a second holds at most pace + 1. The ledger's times are those at
  // which the relay centre's process got to each, which on a busy machine is up to 50 ms late. That
  // it was given no processor for longer shows in another process of the machine, or in the ledger
  // as silences of all lines.
  const auto allowed = [](double limit, Duration late) {
    return limit * (1 + std::chrono::duration<double>(late).count()) + 1;
  };
  constexpr Duration second = std::chrono::seconds(1);
  double worst = 0;  // how much above what it may
  for (std::size_t begin = 0, end = 0; end < times.size(); ++end) {
    while (times[end] - times[begin] >= second) ++begin;
    const std::uint64_t count = end - begin + 1;
    if (disturbed(times[begin], times[end])) continue;
    // What left the queue before a change goes on at the pace of then.
    const double limit = highest_pace(paces, times[begin] - second, times[end]);
    double above = limit > 0 ? static_cast<double>(count) - allowed(limit, late_min) : 0;
    if (above > 0) {
      const Duration late = std::max(machine_late_, silence_before(times, begin, limit));
      above = static_cast<double>(count) - allowed(limit, std::clamp(late, late_min, late_max));
    }
    if (above > worst) {
      worst = above;
      pace.kept = false;
      pace.pace_max = limit;
    } else if (!pace.kept || count <= pace.most_in_second) {
      continue;
    }
    pace.most_in_second = count;
    pace.most_at = times[begin];
  }
}

}  // namespace spillway::loadtest
