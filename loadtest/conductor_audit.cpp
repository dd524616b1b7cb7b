// After the load: all is left to settle, then books and ledgers are held against what was told.
#include <thread>

#include <fmt/format.h>

#include "loadtest/conductor.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto look_interval = std::chrono::milliseconds(250);
constexpr auto events_wait_max = std::chrono::seconds(10);  // for the last events, after the books

}  // namespace

void Conductor::settle_and_audit() {
  if (scenario_.audit.wanted) {
    wait_until_settled();
    if (auto audited = audit_books(); !audited) outcome_.audit_error = audited.error().message;
  }
  queues_.reset();
  if (topology_ == nullptr) return;
  topology_->stop();
  if (!options_.verify) return;
  const auto verified = topology_->verify();
  outcome_.verify = verified ? "well" : verified.error().message;
}

void Conductor::wait_until_settled() {
  display_.say("everything is sent; waiting for the outcomes");
  ApiClient api(plan_.target.url);
  const auto give_up = std::chrono::steady_clock::now() + scenario_.audit.settle_time_max;
  while (std::chrono::steady_clock::now() < give_up) {
    const auto settled = all_settled(api, plan_.shops);
    if (settled && *settled) {
      event(run_time(), "settled");
      return;
    }
    const Nanoseconds now = run_time();
    if (outcome_.samples.empty() || now - outcome_.samples.back().at >= std::chrono::seconds(1)) {
      QueueSample sample{.at = now, .lengths = std::vector<double>(outcome_.queues.size())};
      const auto lengths = queues_->last();
      for (std::size_t i = 0; i < outcome_.queues.size(); ++i) {
        for (const auto& [name, length] : lengths) {
          if (name == outcome_.queues[i]) sample.lengths[i] = length;
        }
      }
      outcome_.samples.push_back(std::move(sample));
    }
    std::this_thread::sleep_for(look_interval);
  }
  event(run_time(),
        fmt::format("not settled within {}", to_short_text(scenario_.audit.settle_time_max)));
}

Result<void> Conductor::audit_books() {
  ApiClient api(plan_.target.url);
  const Timestamp since = outcome_.begin - std::chrono::seconds(1);
  auto books = read_books(api, plan_.shops, plan_.run, since);
  if (!books) return books.error();
  take_events(*books);
  std::vector<LedgerPlace> places;
  if (topology_ != nullptr) {
    places = topology_->ledgers();
  } else if (!scenario_.audit.ledger.empty()) {
    places.push_back({"relay", scenario_.audit.ledger, scenario_.audit.pace_max});
  }
  const Mix mix(scenario_.mix, plan_.shops.size(), scenario_.seed);
  const std::uint64_t last =
      outcome_.load.records.empty() ? 0 : outcome_.load.records.back().ordinal;
  Ledgers ledgers(mix.amount(0), mix.amount(last), since);
  for (const LedgerPlace& place : places) {
    std::vector<Disturbance> disturbances;
    for (const auto& [what, at] : disturbances_) {
      if (what == place.relay || what == "system") disturbances.push_back(at);
    }
    if (auto read = ledgers.add(place.relay, place.file, place.pace_max, disturbances); !read) {
      return read;
    }
  }
  outcome_.audit = audit(outcome_.load.records, *books, places.empty() ? nullptr : &ledgers, mix,
                         plan_.shops, outcome_.begin, outcome_.load.measured);
  if (!scenario_.audit.events) outcome_.audit->figures.untold = 0;
  return {};
}

void Conductor::take_events(const Books& books) {
  if (events_ == nullptr) return;
  std::size_t expected = 0;
  for (const BookEntry& entry : books.entries) expected += entry.outcomes;
  const auto give_up = std::chrono::steady_clock::now() + events_wait_max;
  while (events_->told() < expected && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(look_interval);
  }
  note_told(events_->outcomes(), begin_, outcome_.load.records, outcome_.load.measured);
  events_.reset();
}

}  // namespace spillway::loadtest
