// After the load: all is left to settle, then books and ledgers are held against what was told.
#include <thread>

#include <fmt/format.h>

#include "loadtest/run/conductor.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto audit_look_interval = std::chrono::milliseconds(250);
constexpr auto sample_interval = std::chrono::seconds(1);

}  // namespace

void Conductor::settle_and_audit() {
  if (scenario_.audit.wanted) {
    wait_until_settled();
    if (auto audited = audit_books(); !audited) outcome_.audit_error = audited.error().message;
  }
  watches_.clear();
  if (topology_ == nullptr) return receivers_.close(targets_);
  topology_->stop();
  if (!options_.verify) return;
  const auto verified = topology_->verify();
  outcome_.verify = verified ? "well" : verified.error().message;
}

Result<bool> Conductor::settled() {
  for (const Target& target : targets_) {
    ApiClient api(target.url);
    const auto settled = all_settled(api, plan_.shops);
    if (!settled || !*settled) return settled;
  }
  return true;
}

void Conductor::wait_until_settled() {
  display_.say("everything is sent; waiting for the outcomes");
  const auto give_up = std::chrono::steady_clock::now() + scenario_.audit.settle_time_max;
  while (std::chrono::steady_clock::now() < give_up) {
    const auto all = settled();
    if (all && *all) return event(run_time(), "settled");
    const Nanoseconds now = run_time();
    const auto& samples = outcome_.queues.samples;
    if (samples.empty() || now - samples.back().at >= sample_interval) sample(now);
    std::this_thread::sleep_for(audit_look_interval);
  }
  event(run_time(),
        fmt::format("not settled within {}", to_short_text(scenario_.audit.settle_time_max)));
}

Result<void> Conductor::audit_books() {
  const Timestamp since = outcome_.begin - std::chrono::seconds(1);
  Books books;
  for (const Target& target : targets_) {
    ApiClient api(target.url);
    if (auto read = read_books(api, plan_.shops, plan_.run, since, books); !read) return read;
  }
  receivers_.wait_until_told(books);
  TellingAudit tellings(receivers_.tellings(), receivers_.wanted(), begin_);
  const Mix mix(scenario_.mix, plan_.shops.size(), scenario_.seed);
  const auto ledgers = read_ledgers(mix, since);
  if (!ledgers) return ledgers.error();
  outcome_.audit = audit(
      outcome_.load.records, books, ledgers->paces().empty() ? nullptr : &*ledgers, mix,
      plan_.shops, outcome_.begin, outcome_.load.measured, receivers_.any() ? &tellings : nullptr);
  return {};
}

Result<Ledgers> Conductor::read_ledgers(const Mix& mix, Timestamp since) const {
  std::vector<LedgerPlace> places;
  if (topology_ != nullptr) {
    places = topology_->ledgers();
  } else if (!scenario_.audit.ledger.empty()) {
    places.push_back({"relay", scenario_.audit.ledger, {}});
    const double pace = scenario_.audit.pace_max;
    if (pace > 0) places.back().paces.push_back({Timestamp{}, pace});
  }
  const auto& records = outcome_.load.records;
  const Nanoseconds lag = outcome_.load.measured.times(Measure::lag).max();
  Ledgers ledgers(mix.amount(0), mix.amount(records.empty() ? 0 : records.back().ordinal), since,
                  topology_ == nullptr ? Duration{} : std::chrono::duration_cast<Duration>(lag));
  for (const LedgerPlace& place : places) {
    std::vector<Disturbance> disturbances;
    for (const auto& [what, at] : disturbances_) {
      const bool other_relay =
          std::any_of(places.begin(), places.end(), [&what = what, &place](const auto& other) {
            return other.relay == what && other.relay != place.relay;
          });
      if (!other_relay) disturbances.push_back(at);
    }
    auto read = ledgers.add(place.relay, place.file, place.paces, disturbances);
    if (!read) return read.error();
  }
  return ledgers;
}

}  // namespace spillway::loadtest
