#include "tests/simulation/worlds/operator_world.hpp"

#include <algorithm>

#include "actors/configuration/pacing_settings.hpp"
#include "actors/configuration/sharing_settings.hpp"
#include "net/api/operators/pace_request.hpp"
#include "net/api/operators/sharing_request.hpp"
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
  check_sharings();
  for (const auto& [relay, wishes] : wishes_)
    if (!wishes.empty())
      world_.after(world_.between(0s, 3s), [this, relay = relay] { ask(relay); });
}

void OperatorWorld::plan(std::size_t count, Duration over) {
  for (std::size_t i = 0; i < count; ++i) {
    world_.after(world_.between(0s, over), [this] {
      const RelayId relay = configuration_.relays[world_.pick(2)].id;
      wish(relay,
           {.pacing = world_.chance(0.2) ? std::nullopt : std::optional(writable_pacing(world_))});
    });
  }
}

void OperatorWorld::share(RelayId relay, std::optional<Sharing> sharing) {
  wish(relay, {.of_sharing = true, .sharing = sharing});
}

void OperatorWorld::wish(RelayId relay, Wish wish) {
  std::deque<Wish>& wishes = wishes_[relay];
  wishes.push_back(std::move(wish));
  if (wishes.size() == 1) ask(relay);
}

// What was answered holds in every later life.
void OperatorWorld::check_sharings() const {
  for (const auto& [relay, sharing] : sharings_) {
    const actors::RelaySettings& settings = *actors::find_relay(configuration_, relay);
    const Sharing& expected = sharing ? *sharing : settings.sharing;
    world_.expect(life_->paces().sharing_in_force(settings) == expected,
                  "a sharing that was set does not hold after a restart");
  }
}

void OperatorWorld::ask(RelayId relay) {
  const bool is_asked =
      std::ranges::any_of(open_, [&](const auto& each) { return each.second == relay; });
  if (life_ == nullptr || is_asked || wishes_[relay].empty()) return;
  Wish& wish = wishes_[relay].front();
  const actors::RelaySettings& settings = *actors::find_relay(configuration_, relay);
  net::ControlRequest request;
  request.method = wish.sets() ? net::HttpMethod::put : net::HttpMethod::delete_;
  request.names = {world_.chance(0.5) ? settings.name : std::to_string(relay.value)};
  if (wish.of_sharing)
    ask_sharing(relay, wish, request);
  else
    ask_pace(relay, wish, request);
  wish.asked = true;
  request.ticket = {operators_loop, 1, next_connection_};
  open_[next_connection_++] = relay;
  life_->ask_pace_desk(std::move(request));
}

void OperatorWorld::ask_pace(RelayId relay, Wish& wish, net::ControlRequest& request) {
  const actors::RelaySettings& settings = *actors::find_relay(configuration_, relay);
  // It may hold from here on, whether the answer comes or not.
  if (!wish.asked) paces_.asked(relay, world_.now(), wish.pacing ? *wish.pacing : settings.pacing);
  world_.note("an operator asks that relay centre " + settings.name + " gets " +
              (wish.pacing ? actors::describe(actors::text_of(*wish.pacing)) : "its own pace"));
  request.route = net::RouteId::relay_pace;
  if (!wish.pacing) return;
  auto content = std::make_shared<net::PaceRequest>();
  content->pacing = actors::text_of(*wish.pacing);
  request.content = std::move(content);
}

void OperatorWorld::ask_sharing(RelayId relay, Wish& wish, net::ControlRequest& request) {
  sharings_.erase(relay);
  world_.note("an operator asks that the work is shared as " +
              (wish.sharing ? actors::describe(actors::text_of(*wish.sharing)) : "configured"));
  request.route = net::RouteId::relay_sharing;
  if (!wish.sharing) return;
  auto content = std::make_shared<net::SharingRequest>();
  content->sharing = actors::text_of(*wish.sharing);
  request.content = std::move(content);
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
  const Wish& wish = wishes.front();
  const std::string told = std::string(wish.of_sharing ? "\"sharing" : "\"pace") + "_from\":\"" +
                           (wish.sets() ? "operator" : "configuration") + "\"";
  world_.expect(document != nullptr && document->content->json.find(told) != std::string::npos,
                "an operator was not told that what was asked for holds");
  if (wish.of_sharing)
    sharings_[relay] = wish.sharing;
  else
    paces_.answered(relay, world_.now());
  world_.note("an operator is answered");
  wishes.pop_front();
  if (!wishes.empty()) ask(relay);
}

}  // namespace spillway::simulation
