#include "tests/simulation/worlds/case_world.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "net/api/operators/case_request.hpp"
#include "tests/simulation/life.hpp"

namespace spillway::simulation {
namespace {

constexpr std::uint32_t persons_loop = 2;  // the shops' is 0, the other operators' 1
constexpr Duration looks_every = 20s;

}  // namespace

void CaseWorld::connect(Life* life) {
  life_ = life;
  asked_.clear();
  if (life == nullptr || looks_) return;
  looks_ = true;
  world_.after(looks_every, [this] { look(); });
}

void CaseWorld::look() {
  world_.after(looks_every, [this] { look(); });
  if (life_ == nullptr) return;
  net::ControlRequest request;
  request.route = net::RouteId::cases;
  request.method = net::HttpMethod::get;
  request.ticket = {persons_loop, 1, next_connection_};
  asked_[next_connection_++] = "";
  life_->ask_case_desk(std::move(request));
}

void CaseWorld::answer(std::vector<net::ApiAnswer> batch) {
  std::vector<net::ApiAnswer> of_others;
  for (net::ApiAnswer& each : batch) {
    if (each.ticket.loop != persons_loop) {
      of_others.push_back(std::move(each));
      continue;
    }
    const auto asked = asked_.find(each.ticket.connection);
    if (asked == asked_.end()) continue;  // in an earlier life
    const std::string name = asked->second;
    asked_.erase(asked);
    const auto* document = std::get_if<net::answers::Document>(&each.answer);
    const auto* refused = std::get_if<net::answers::Refused>(&each.answer);
    if (name.empty()) {
      world_.expect(document != nullptr, "a person was not shown the cases");
      if (document) take_list(document->content->json);
      continue;
    }
    // It may have been settled between the look and the word.
    world_.expect(document || (refused && (refused->content->refusal.status == 409 ||
                                           refused->content->refusal.status == 404)),
                  "a person's word on a case was not understood");
    if (document) ++resolved_;
    world_.note("case " + name + (document ? " is resolved" : " was settled meanwhile"));
  }
  if (!of_others.empty()) others_.answer(std::move(of_others));
}

void CaseWorld::take_list(const std::string& json) {
  list_ = json;
  const auto list = nlohmann::json::parse(json);
  for (const auto& each : list.at("cases")) {
    const std::string name = each.at("case");
    const auto since = seen_.try_emplace(name, world_.now()).first->second;
    if (each.at("kind") == "lost") {
      // Nothing is held under what was settled; the next attempt may still be made, or not.
      if (world_.fault(0.3)) say(name, CaseOutcome::not_charged);
      continue;
    }
    const std::string relay = each.at("relay");
    const auto number = std::stoul(name.substr(name.find('.') + 1));
    // Whatever was sent for authorization has come there by then, or never will.
    const auto settings =
        std::ranges::find(configuration_.relays, relay, &actors::RelaySettings::name);
    if (world_.now() - since < settings->late_window || world_.chance(0.3)) continue;
    for (const auto& attempt : each.at("attempts"))
      if (attempt.at("attempt").get<std::size_t>() == number)
        settle(name, relay, attempt.at("reference"), each.at("status") == "in_doubt");
  }
}

void CaseWorld::settle(const std::string& name, const std::string& relay,
                       const std::string& reference, bool may_stand) {
  const auto settings =
      std::ranges::find(configuration_.relays, relay, &actors::RelaySettings::name);
  RelayWorld& centre = *relays_.at(settings->id);
  const Reference held(reference);
  if (centre.holds(held) && may_stand && world_.chance(0.5)) {
    centre.keep(held);
    say(name, CaseOutcome::authorized, "T00001");
  } else {
    centre.let_go(held);
    say(name, CaseOutcome::not_charged);
  }
}

void CaseWorld::say(const std::string& name, CaseOutcome outcome,
                    const ApprovalCode& approval_code) {
  auto content = std::make_shared<net::CaseRequest>();
  content->outcome = outcome;
  content->approval_code = approval_code;
  content->note = "asked by telephone";
  net::ControlRequest request;
  request.route = net::RouteId::case_resolve;
  request.method = net::HttpMethod::post;
  request.names = {name};
  request.key_id = "operator";
  world_.note("a person says that case " + name + " is " + std::string(to_text(content->outcome)));
  request.content = std::move(content);
  request.ticket = {persons_loop, 1, next_connection_};
  asked_[next_connection_++] = name;
  life_->ask_case_desk(std::move(request));
}

}  // namespace spillway::simulation
