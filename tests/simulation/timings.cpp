#include "tests/simulation/timings.hpp"

#include <algorithm>

#include "tests/simulation/promise.hpp"

namespace spillway::simulation {
namespace {

// How long what was taken from the queue may be on its way to its commit, what was committed on its
// way to the queue, and the word of a line that is up or down on its way to those who promise.
constexpr Duration departure_slack = 5s;
constexpr Duration about_the_same = 2ms;
constexpr Duration unspoken = 30min;
constexpr Duration promise_max = 30 * 24h;

struct Departure {
  OrderNumber order;
  Timestamp at;
};

struct Stay {
  Received order;
  Timestamp came;
  Timestamp due;
  std::optional<Timestamp> left;  // for the first time
};

Timestamp due_of(const Received& order, Timestamp came) {
  const Timestamp wanted = order.verdict_by ? std::max(*order.verdict_by, came) : came + unspoken;
  if (order.urgency == Urgency::normal) return wanted;
  return std::min(wanted - unspoken, came);
}

struct Stays {
  std::map<OrderNumber, Stay> orders;
  std::vector<Departure> departures;
};

Stays read(const MemoryJournal& journal) {
  Stays stays;
  for (std::uint64_t n = 1; n <= journal.last().value; ++n) {
    const Event event = journal.ever(RecordNumber{n}).event;
    if (const auto* received = std::get_if<Received>(&event.fact)) {
      stays.orders[event.order] = {*received, event.at, due_of(*received, event.at), {}};
    } else if (std::holds_alternative<Sent>(event.fact)) {
      stays.departures.push_back({event.order, event.at});
      auto& left = stays.orders.at(event.order).left;
      if (!left) left = event.at;
    }
  }
  return stays;
}

void check_turns(World& world, const Stays& stays, const std::vector<Timestamp>& starts) {
  for (const Departure& departure : stays.departures) {
    // A crash may swallow one of two that left together.
    const auto is_near = [&](Timestamp start) {
      return start > departure.at - departure_slack && start < departure.at + 2 * departure_slack;
    };
    if (std::ranges::any_of(starts, is_near)) continue;
    const Stay& first = stays.orders.at(departure.order);
    for (const auto& [number, other] : stays.orders) {
      const bool waited = other.order.relay == first.order.relay && other.left &&
                          other.came + departure_slack < departure.at &&
                          departure.at + departure_slack < *other.left;
      world.expect(!waited || other.due + about_the_same > first.due,
                   "order " + std::to_string(departure.order.value) + " left before order " +
                       std::to_string(number.value) + ", which was due earlier and was there");
    }
  }
}

// Whether the line stayed as it was for a while before `at`; nothing: it did not.
std::optional<bool> line_up(const std::vector<LineChange>& changes, Timestamp at) {
  bool up = false;
  for (const LineChange& change : changes) {
    if (change.at > at) break;
    if (change.at + departure_slack > at) return std::nullopt;
    up = change.up;
  }
  return up;
}

void check_promises(World& world, const Stays& stays, const TimingEvidence& evidence) {
  for (const auto& [number, stay] : stays.orders) {
    const auto promised = stay.order.expected_within;
    const std::string name = "order " + std::to_string(number.value);
    world.expect(!promised || (*promised > 0ms && *promised <= promise_max),
                 name + " was promised its outcome at an impossible time");
    if (!evidence.alone || !evidence.paces_stay) continue;
    const auto& relay = *evidence.relays.at(stay.order.relay);
    const auto up = line_up(relay.line_changes(owner_of(evidence.configuration)), stay.came);
    if (!up) continue;
    const auto settings = std::ranges::find(evidence.configuration.relays, stay.order.relay,
                                            &actors::RelaySettings::id);
    world.expect(*up || !promised, name + " was promised an outcome while the line was down");
    world.expect(!*up || promised || settings->pacing.kind == PacingKind::window,
                 name + " was promised nothing though the line was up");
  }
}

}  // namespace

void check_timings(World& world, const TimingEvidence& evidence) {
  const Stays stays = read(evidence.journal);
  check_turns(world, stays, evidence.starts);
  check_promises(world, stays, evidence);
}

}  // namespace spillway::simulation
