// Every order in which answers, doubts, cancels, approvals, acknowledgements and mails can come, as
// far as three attempts and nine inputs go, against a small book of its own: what the relay centre
// has said about each attempt.
#include <deque>
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/order/order_attempts.hpp"
#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;

constexpr std::uint16_t attempts = 3;
constexpr int depth_max = 9;

enum class Charge { none, unknown, live };

// The relay centre acknowledges only a reversal that was asked for.
bool reversal_under_way(const OrderState& order, std::uint16_t attempt) {
  for (const auto& open : order.open_reversals) {
    if (open.attempt.value == attempt) return true;
  }
  return order.attempt.value == attempt && order.attempt_state == AttemptState::reversing;
}

// An order, and beside it what may stand at the issuer, kept from the inputs alone.
struct World {
  OrderState order = samples::order();
  std::vector<Charge> charges;
  std::vector<std::string> story;

  Charge& charge(std::uint16_t attempt) { return charges[attempt - 1U]; }

  // What a person found out is so.
  void take_word(CaseOutcome outcome) {
    charge(order.escalated->attempt.value) =
        outcome == CaseOutcome::authorized ? Charge::live : Charge::none;
  }

  // Everything that the rules can tell apart; times, numbers and the history are not.
  std::string key() const {
    std::ostringstream key;
    key << int(order.status) << ' ' << int(order.attempt_state) << ' ' << order.attempt.value << ' '
        << int(order.notice_due) << ' '
        << (order.escalated ? int(order.escalated->attempt.value) : 0) << ' ' << int(order.answer);
    for (const auto& open : order.open_reversals) key << " r" << open.attempt.value;
    for (const Charge charge : charges) key << " c" << int(charge);
    key << " d" << order.own_doubts;
    return key.str();
  }
};

struct Input {
  std::string name;
  std::function<std::vector<Fact>(World&)> decide;
};

void add_answers(std::vector<Input>& inputs, std::uint16_t attempt) {
  // An approval, one of part of it, a refusal, exceeds ceiling, come back later, no verdict.
  for (const char* code : {"00", "10", "05", "01", "91", "68"}) {
    inputs.push_back(
        {"answer " + std::string(code) + " to " + std::to_string(attempt), [=](World& world) {
           const LineAnswer answer{Attempt{attempt}, {code}, "A12345"};
           const Answer verdict = judge(answer.answer, world.order.amount, Dialect());
           Charge& charge = world.charge(attempt);
           if (is_charge(verdict)) {
             charge = Charge::live;
           } else if (charge == Charge::unknown && verdict != Answer::no_verdict) {
             charge = Charge::none;
           }
           return on_answer(world.order, answer, verdict, true);
         }});
  }
}

std::vector<Input> inputs_of(const World& world) {
  std::vector<Input> inputs;
  const OrderState& order = world.order;
  for (std::uint16_t attempt = 1; attempt <= order.attempt.value; ++attempt) {
    add_answers(inputs, attempt);
    for (const bool repeats : {false, true}) {
      inputs.push_back({repeats ? "doubt, repeats" : "doubt, reverses", [=](World& w) {
                          return on_doubt(w.order, Attempt{attempt}, DoubtReason::no_answer,
                                          repeats);
                        }});
    }
    inputs.push_back({"tries used up", [=](World& w) {
                        return on_tries_used_up(w.order, Attempt{attempt}, 9, "");
                      }});
    inputs.push_back({"reversal of " + std::to_string(attempt) + " answered", [=](World& w) {
                        if (reversal_under_way(w.order, attempt)) w.charge(attempt) = Charge::none;
                        return on_reversal_answer(w.order, Attempt{attempt}, "00");
                      }});
  }
  const auto next = static_cast<std::uint16_t>(order.attempt.value + 1);
  if (wants_attempt(order) && next <= attempts) {
    inputs.push_back({"send", [=](World& w) {
                        w.charges.push_back(Charge::unknown);
                        return std::vector<Fact>{sent(next)};
                      }});
  }
  const auto facts_or_none = [](auto result) { return result ? *result : std::vector<Fact>(); };
  inputs.push_back({"cancel", [=](World& w) { return facts_or_none(on_cancel(w.order)); }});
  for (const bool approved : {true, false}) {
    inputs.push_back({approved ? "approval" : "no approval", [=](World& w) {
                        return facts_or_none(on_approval(w.order, approved, "B54321"));
                      }});
  }
  for (const CaseOutcome outcome : {CaseOutcome::not_charged, CaseOutcome::authorized}) {
    if (!order.escalated) break;
    inputs.push_back({"a person says " + std::string(to_text(outcome)), [=](World& w) {
                        const auto facts = on_case_resolved(w.order, w.order.escalated->attempt,
                                                            outcome, "C00001");
                        if (facts) w.take_word(outcome);
                        return facts_or_none(facts);
                      }});
  }
  for (const Notice notice : {Notice::thanks, Notice::cancellation}) {
    inputs.push_back({"mail taken: " + std::string(to_text(notice)),
                      [=](World& w) { return on_notice_done(w.order, notice, true); }});
  }
  return inputs;
}

// ---- The promise ----

std::string broken_promise(const World& world) {
  const OrderState& order = world.order;
  int uncovered = 0;
  for (std::uint16_t attempt = 1; attempt <= order.attempt.value; ++attempt) {
    const bool charged = world.charges[attempt - 1U] != Charge::none;
    if (charged && !reversal_under_way(order, attempt)) ++uncovered;
    if (charged && attempt < order.attempt.value && !reversal_under_way(order, attempt)) {
      return "an earlier attempt has a charge that nothing reverses";
    }
  }
  if (uncovered > 1) return "two attempts have a charge that nothing reverses";

  const Charge last = world.charges.empty() ? Charge::none : world.charges.back();
  const bool stands = order.attempt_state == AttemptState::authorized;
  if (stands && last != Charge::live) return "an authorization stands that was never given";
  if (!stands && last == Charge::live && !reversal_under_way(order, order.attempt.value)) {
    return "an authorization was given that the order does not know";
  }
  const bool rests = order.status == Status::refused || order.status == Status::cancelled ||
                     order.status == Status::approval_needed;
  if (rests && uncovered > 0) return "an order without an authorization keeps a charge";
  const bool unsure = order.status == Status::in_doubt || order.status == Status::cancelling;
  if (unsure && order.notice_due != Notice::none) return "a mail is due while in doubt";
  if (stands && order.status != Status::authorized) return "an authorization stands unwanted";
  if (order.status == Status::cancelling && order.attempt_state == AttemptState::none) {
    return "a cancel has nothing to wait for and does not end";
  }
  return "";
}

std::string told(const World& world) {
  std::string text;
  for (const std::string& step : world.story) text += step + "; ";
  return text + "→ " + world.key();
}

struct Explored {
  std::map<std::string, World> worlds;
  std::map<std::string, std::vector<std::string>> reached_from;
};

// Breadth first, so that a broken promise is told by its shortest story.
Explored explore() {
  Explored explored;
  std::deque<World> open = {World()};
  explored.worlds.emplace(World().key(), World());
  while (!open.empty()) {
    const World world = open.front();
    open.pop_front();
    if (world.story.size() == depth_max) continue;
    for (const Input& input : inputs_of(world)) {
      World next = world;
      next.story.push_back(input.name);
      for (const Fact& fact : input.decide(next)) {
        const auto allowed = may_follow(next.order, fact);
        EXPECT_TRUE(allowed) << told(next) << ": " << allowed.error().message;
        if (!allowed) return explored;
        take(next.order, fact);
      }
      EXPECT_EQ(broken_promise(next), "") << told(next);
      if (testing::Test::HasFailure()) return explored;
      explored.reached_from[next.key()].push_back(world.key());
      if (explored.worlds.emplace(next.key(), next).second) open.push_back(std::move(next));
    }
  }
  return explored;
}

TEST(OrderInterleavings, NeverChargeTwiceNorPromiseTooEarly) {
  const Explored explored = explore();
  EXPECT_GT(explored.worlds.size(), 500U);
  std::map<Status, int> statuses;
  for (const auto& [key, world] : explored.worlds) ++statuses[world.order.status];
  EXPECT_EQ(statuses.size(), 8U) << "a status was never reached";
}

TEST(OrderInterleavings, CanAlwaysComeToRest) {
  const Explored explored = explore();
  std::map<std::string, bool> can_rest;
  std::deque<std::string> open;
  for (const auto& [key, world] : explored.worlds) {
    if (at_rest(world.order) && can_rest.emplace(key, true).second) open.push_back(key);
  }
  while (!open.empty()) {
    const std::string key = open.front();
    open.pop_front();
    const auto from = explored.reached_from.find(key);
    if (from == explored.reached_from.end()) continue;
    for (const std::string& earlier : from->second) {
      if (can_rest.emplace(earlier, true).second) open.push_back(earlier);
    }
  }
  for (const auto& [key, world] : explored.worlds) {
    if (world.story.size() + 4 > depth_max) continue;  // its future was not explored
    EXPECT_TRUE(can_rest.count(key)) << told(world);
  }
}

}  // namespace
}  // namespace spillway
