#include "tests/simulation/worlds/system_world.hpp"

#include "tests/simulation/promise.hpp"
#include "tests/simulation/timings.hpp"

namespace spillway::simulation {

SystemWorld::SystemWorld(World& world, actors::Configuration configuration,
                         std::map<RelayId, std::unique_ptr<RelayWorld>>& relays,
                         const actors::ClusterServices* cluster)
    : world_(world),
      configuration_(std::move(configuration)),
      cluster_(cluster),
      relays_(relays),
      journal_(world_),
      registry_(world_),
      members_(configuration_, registry_),
      mails_(world_),
      events_(world_),
      webhooks_(world_),
      shops_(world_, configuration_, members_) {
  for (const actors::RelaySettings& settings : configuration_.relays)
    paces_.configured(settings.id, settings.pacing);
  WebhookWorld::set_up(registry_);
  shops_.has_left = [this](OrderNumber order) { return journal_.books().contains(order); };
  journal_.on_crash = registry_.on_crash = [this] {
    journal_.down = registry_.down = members_.keys().down = true;
    crashed_ = true;
  };
}

void SystemWorld::crash_at_any_commit(double chance) {
  journal_.crash_chance = registry_.crash_chance = chance;
}

void SystemWorld::start() {
  life_ = std::make_unique<Life>(Surroundings{world_, configuration_, journal_, views_, registry_,
                                              members_, relays_, mails_, events_, webhooks_, cases_,
                                              shops_, cluster_});
  starts_.push_back(world_.civil_now());
  shops_.connect(&life_->gateway(), &life_->member_gateway(), &life_->seal());
  operators_.connect(life_.get());
  cases_.connect(life_.get());
}

void SystemWorld::stop() {
  shops_.connect(nullptr, nullptr, nullptr);
  operators_.connect(nullptr);
  cases_.connect(nullptr);
  if (life_) approvals_of_removed_ += life_->metrics().approvals_without_order.value();
  life_.reset();
  crashed_ = false;
}

void SystemWorld::mend() {
  journal_.down = registry_.down = members_.keys().down = false;
}

// Streams and webhooks: what has left the journal since may have been told or not.
bool SystemWorld::all_is_told() const {
  for (const ShopId shop : {ShopId{1}, ShopId{2}}) {
    const auto stream = events_.seen().find(shop);
    std::set<RecordNumber> seen;
    if (stream != events_.seen().end()) seen.insert(stream->second.begin(), stream->second.end());
    for (const ShopEvent& event : views_.events(shop, RecordNumber{}, SIZE_MAX))
      if (!webhooks_.taken(shop).contains(event.record) || !seen.contains(event.record))
        return false;
  }
  return true;
}

// Everything has come to its end when the views have it all and nothing in them is open.
bool SystemWorld::comes_to_its_end() {
  if (!life_ || views_.position() != journal_.last()) return false;
  std::vector<std::pair<ShopId, OrderNumber>> to_approve;
  bool all_done = true;
  for (const auto& [number, row] : views_.rows()) {
    if (row.state.status == Status::approval_needed)
      to_approve.emplace_back(row.state.shop, number);
    all_done = all_done && at_rest(row.state) && row.state.notice_due == Notice::none &&
               row.state.status != Status::approval_needed;
  }
  shops_.approve_all(to_approve);
  return all_done && all_is_told() && life_->metrics().webhooks.queue.length.value() == 0;
}

std::string SystemWorld::what_is_open() const {
  std::string open;
  if (!life_) return "the engine does not run";
  if (views_.position() != journal_.last()) open += "; the views are behind";
  for (const auto& [number, row] : views_.rows())
    if (!at_rest(row.state) || row.state.notice_due != Notice::none)
      open += "; order " + std::to_string(number.value) + " is " +
              std::string(to_text(row.state.status)) + " at relay centre " +
              std::to_string(row.state.relay.value) +
              (row.state.notice_due != Notice::none ? " and its buyer is to be told" : "");
  if (!all_is_told()) open += "; a stream or a webhook is behind";
  open += "; waiting " + std::to_string(life_->waiting());
  for (const auto& relay : life_->metrics().relays)
    open += ", a line is " + std::string(relay.line_up.value() > 0 ? "up" : "down") + " with " +
            std::to_string(relay.outstanding.value()) + " outstanding, " +
            std::to_string(relay.in_doubt.length.value()) + " in doubt, at " +
            std::to_string(relay.rate_millihertz.value()) + " mHz";
  return open;
}

void SystemWorld::check_end() {
  if (life_) {
    world_.expect(life_->waiting() == 0, "orders are counted as waiting when none waits");
    world_.expect(shops_.gate().places_taken() == 0, "a place is taken by no open order");
    for (const auto& relay : life_->metrics().relays) {
      world_.expect(relay.outstanding.value() == 0 && relay.in_doubt.length.value() == 0,
                    "something is counted as outstanding when everything is answered");
      world_.expect(relay.permits_out.value() == 0, "a permit did not come back");
    }
  }
  for (const MemberWorld::Member& member : members_.members())
    world_.expect(!member.closed || !members_.keys().has(member.id),
                  "a closed account's key was never destroyed");
  check_promise(world_, {journal_, views_, relays_, mails_, events_, webhooks_, shops_, members_,
                         configuration_, paces_});
  if (timely && !world_.clock_was_set)
    check_timings(
        world_, {journal_, relays_, configuration_, starts_, cluster_ == nullptr, paces_.stayed()});
}

void SystemWorld::add_to(Summary& summary) const {
  summary.orders += views_.rows().size() + journal_.books().size();
  summary.removed += journal_.books().size();
  summary.repeats_of_removed += shops_.repeats_of_removed;
  summary.asked_for_removed += shops_.asked_in_vain;
  summary.approvals_of_removed += approvals_of_removed_;
  summary.cases_resolved += cases_.resolved();
  summary.lists_shown += shops_.lists_shown;
  summary.lists_refused += shops_.lists_refused;
  summary.records += journal_.last().value;
  summary.lives += lives();
  for (std::uint64_t n = 1; n <= journal_.last().value; ++n) {
    const Event event = journal_.ever(RecordNumber{n}).event;
    if (const auto* answered = std::get_if<Answered>(&event.fact))
      summary.held_unlike += answered->verdict ? 1 : 0;
    if (const auto* doubt = std::get_if<FellInDoubt>(&event.fact))
      summary.no_verdicts += doubt->reason == DoubtReason::no_verdict ? 1 : 0;
    summary.fingerprint = summary.fingerprint * 1'099'511'628'211ULL + event.order.value * 31 +
                          event.fact.index() +
                          static_cast<std::uint64_t>(event.at.time_since_epoch().count());
  }
}

}  // namespace spillway::simulation
