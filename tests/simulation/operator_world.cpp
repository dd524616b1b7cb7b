#include "tests/simulation/operator_world.hpp"

#include <algorithm>

#include "actors/pacing_settings.hpp"
#include "net/pace_request.hpp"
#include "tests/simulation/life.hpp"

namespace spillway::simulation {
namespace {

constexpr std::uint32_t operators_loop = 1;  // the shops' is 0

// One that can be written down: whole seconds, and a zone that every machine has.
Pacing writable_pacing(World& world) {
  Pacing pacing = random_pacing(world);
  pacing.batch.age = std::chrono::ceil<std::chrono::seconds>(pacing.batch.age);
  pacing.window.zone = {};
  return pacing;
}

}  // namespace

void OperatorWorld::connect(Life* life) {
  life_ = life;
  open_.clear();
  if (life == nullptr) return;
  for (const auto& [relay, wishes] : wishes_)
    if (!wishes.empty())
      world_.after(world_.between(0s, 3s), [this, relay = relay] { ask(relay); });
}

void OperatorWorld::plan(std::size_t count, Duration over) {
  for (std::size_t i = 0; i < count; ++i) {
    world_.after(world_.between(0s, over), [this] {
      const RelayId relay = configuration_.relays[world_.pick(2)].id;
      std::deque<Wish>& wishes = wishes_[relay];
      wishes.push_back(
          {world_.chance(0.2) ? std::nullopt : std::optional(writable_pacing(world_))});
      if (wishes.size() == 1) ask(relay);
    });
  }
}

void OperatorWorld::ask(RelayId relay) {
  const bool is_asked =
      std::ranges::any_of(open_, [&](const auto& each) { return each.second == relay; });
  if (life_ == nullptr || is_asked || wishes_[relay].empty()) return;
  Wish& wish = wishes_[relay].front();
  const actors::RelaySettings& settings = actors::relay_settings(configuration_, relay);
  // It may hold from here on, whether the answer comes or not.
  if (!wish.asked) paces_.asked(relay, world_.now(), wish.pacing ? *wish.pacing : settings.pacing);
  wish.asked = true;
  world_.note("an operator asks that relay centre " + settings.name + " gets " +
              (wish.pacing ? actors::describe(actors::text_of(*wish.pacing)) : "its own pace"));
  net::ControlRequest request;
  request.route = net::ControlRouteId::relay_pace;
  request.method = wish.pacing ? net::HttpMethod::put : net::HttpMethod::delete_;
  request.names = {world_.chance(0.5) ? settings.name : std::to_string(relay.value)};
  if (wish.pacing) {
    auto content = std::make_shared<net::PaceRequest>();
    content->pacing = actors::text_of(*wish.pacing);
    request.content = std::move(content);
  }
  request.ticket = {operators_loop, 1, next_connection_};
  open_[next_connection_++] = relay;
  life_->ask_pace_desk(std::move(request));
}

void OperatorWorld::answer(std::vector<net::ApiAnswer> batch) {
  std::vector<net::ApiAnswer> of_shops;
  for (net::ApiAnswer& each : batch) {
    if (each.ticket.loop == operators_loop)
      take(each);
    else
      of_shops.push_back(std::move(each));
  }
  if (!of_shops.empty()) shops_.answer(std::move(of_shops));
}

void OperatorWorld::take(const net::ApiAnswer& answer) {
  const auto found = open_.find(answer.ticket.connection);
  if (found == open_.end()) {
    world_.expect(life_ == nullptr, "an operator was answered twice");
    return;
  }
  const RelayId relay = found->second;
  open_.erase(found);
  std::deque<Wish>& wishes = wishes_[relay];
  const auto* document = std::get_if<net::answers::Document>(&answer.answer);
  const std::string from = wishes.front().pacing ? "operator" : "configuration";
  world_.expect(document != nullptr && document->content->json.find("\"pace_from\":\"" + from +
                                                                    "\"") != std::string::npos,
                "an operator was not told that the pace is the one that was asked for");
  paces_.answered(relay, world_.now());
  world_.note("an operator is answered");
  wishes.pop_front();
  if (!wishes.empty()) ask(relay);
}

}  // namespace spillway::simulation
