#include "tests/simulation/simulation.hpp"

#include "tests/simulation/life.hpp"
#include "tests/simulation/promise.hpp"

namespace spillway::simulation {
namespace {

constexpr Duration trouble_lasts = 120s;
constexpr Duration end_at_the_latest = 8 * 24h;  // a window comes once a day
constexpr Duration step_max_while_busy = 100ms;

actors::RelaySettings relay(std::uint16_t id, const std::string& name, CardCompany company) {
  actors::RelaySettings settings;
  settings.id = RelayId{id};
  settings.name = name;
  settings.companies = {company};
  return settings;
}

actors::Configuration configuration_of(World& world) {
  actors::Configuration configuration;
  for (const std::uint32_t id : {1U, 2U}) {
    actors::ShopSettings shop;
    shop.id = ShopId{id};
    configuration.shops.push_back(shop);
  }
  configuration.relays = {relay(1, "east", CardCompany::visa), relay(2, "west", CardCompany::jcb)};
  for (actors::RelaySettings& settings : configuration.relays) {
    settings.recognises_repeats = world.chance(0.5);
    if (world.chance(0.5)) settings.pacing = random_pacing(world);
    settings.line_outstanding_max = 1 + world.pick(20);
    settings.doubt_tries_max = static_cast<std::uint16_t>(2 + world.pick(5));
  }
  configuration.admission.waiting_orders_max = world.chance(0.2) ? 10 : 1'000'000;
  return configuration;
}

class Run {
 public:
  explicit Run(std::uint64_t seed)
      : world_(seed),
        configuration_(configuration_of(world_)),
        journal_(world_),
        registry_(world_),
        members_(configuration_, registry_),
        mails_(world_),
        events_(world_),
        webhooks_(world_),
        shops_(world_, configuration_, members_) {
    for (const actors::RelaySettings& settings : configuration_.relays) {
      relays_[settings.id] = std::make_unique<RelayWorld>(world_, settings);
      paces_.note(settings.id, {}, settings.pacing);
      prompt_ = prompt_ || settings.pacing.kind == PacingKind::window;
    }
    WebhookWorld::set_up(registry_);
    journal_.crash_chance = world_.chance(0.7) ? 0.01 : 0;
    registry_.crash_chance = journal_.crash_chance;
    journal_.on_crash = registry_.on_crash = [this] {
      journal_.down = registry_.down = members_.keys().down = true;
      crashed_ = true;
    };
  }

  Summary play() {
    shops_.plan(10 + world_.pick(60), 60s);
    world_.after(trouble_lasts, [this] {
      world_.faults = false;
      look_for_the_end();
    });
    if (world_.chance(0.2)) fill_the_disk();
    if (world_.chance(0.3)) plan_other_paces();
    if (world_.chance(0.1)) lose_a_relay_for_an_hour();
    if (world_.chance(0.2)) set_the_clock();
    start();
    while (!finished_ && world_.broken.empty()) step();
    stop();
    if (finished_)
      check_promise(world_, {journal_, views_, relays_, mails_, events_, webhooks_, shops_,
                             members_, configuration_, paces_});
    return summary();
  }

 private:
  void start() {
    life_ =
        std::make_unique<Life>(Surroundings{world_, configuration_, journal_, views_, registry_,
                                            members_, relays_, mails_, events_, webhooks_, shops_});
    ++lives_;
    shops_.connect(&life_->gateway(), &life_->member_gateway(), &life_->seal());
  }

  void stop() {
    shops_.connect(nullptr, nullptr, nullptr);
    life_.reset();
  }

  void crash() {
    stop();
    crashed_ = false;
    world_.after(world_.between(1ms, 5s), [this] {
      journal_.down = registry_.down = members_.keys().down = false;
      start();
    });
  }

  // One message handled, or one thing happening in the world, or time going on to the next.
  void step() {
    ++steps_;
    if (crashed_) return crash();
    const bool busy = life_ && life_->scheduler().has_job();
    if (busy && !world_.chance(0.02)) return run_one_job();
    if (world_.run_due()) return;
    if (busy && !world_.has_event()) return run_one_job();
    go_to_next_time();
  }

  void run_one_job() {
    auto& jobs = life_->scheduler().jobs;
    std::swap(jobs.front(), jobs[world_.pick(jobs.size())]);
    life_->scheduler().run_once();
  }

  void go_to_next_time() {
    MonotonicTime next = world_.has_event() ? world_.next_event() : MonotonicTime::max();
    if (life_) {
      const auto& timers = life_->scheduler().clock().schedule();
      if (!timers.empty()) next = std::min(next, timers.begin()->first);
    }
    if (next == MonotonicTime::max() || next > MonotonicTime{} + end_at_the_latest) {
      world_.expect(false, "the run does not come to its end");
      return;
    }
    if (prompt_ && life_ && life_->scheduler().has_job())
      next = std::min<MonotonicTime>(next, world_.now() + step_max_while_busy);
    next = std::max(next, world_.now());
    world_.set_now(next);
    if (life_) {
      auto& clock = life_->scheduler().clock();
      clock.advance_time(next - clock.current_time);
    }
  }

  // Set as an operator would: written down first, then told to those who run.
  void plan_other_paces() {
    prompt_ = true;
    const std::uint64_t changes = 1 + world_.pick(6);
    for (std::uint64_t i = 0; i < changes; ++i) {
      world_.after(world_.between(0s, trouble_lasts), [this] {
        actors::RelaySettings& relay = configuration_.relays[world_.pick(2)];
        relay.pacing = random_pacing(world_);
        paces_.note(relay.id, world_.now(), relay.pacing);
        if (life_) life_->change_pacing(relay.id, relay.pacing);
      });
    }
  }

  void fill_the_disk() {
    world_.after(world_.between(0s, 60s), [this] { journal_.room = false; });
    world_.after(trouble_lasts / 2 + world_.between(1s, 30s), [this] { journal_.room = true; });
  }

  void lose_a_relay_for_an_hour() {
    const RelayId relay = configuration_.relays.at(world_.pick(2)).id;
    world_.after(world_.between(0s, trouble_lasts),
                 [this, relay] { relays_.at(relay)->go_away(1h); });
  }

  // Now and then somebody sets the civil clock; no key is younger or older than it is by half its
  // life.
  void set_the_clock() {
    world_.after(world_.between(1s, 40s), [this] {
      const bool right = world_.now() > MonotonicTime{} + trouble_lasts || world_.chance(0.3);
      world_.set_clock_wrong_by(right ? Duration{} : world_.between(0h, 22h) - 11h);
      if (world_.now() < MonotonicTime{} + trouble_lasts) set_the_clock();
    });
  }

  // Everything has come to its end when the views have it all and nothing in them is open.
  void look_for_the_end() {
    world_.after(10s, [this] { look_for_the_end(); });
    if (!life_ || views_.position() != journal_.last()) return;
    std::vector<std::pair<ShopId, OrderNumber>> to_approve;
    bool all_done = true;
    for (const auto& [number, row] : views_.rows()) {
      if (row.state.status == Status::approval_needed)
        to_approve.emplace_back(row.state.shop, number);
      all_done = all_done && at_rest(row.state) && row.state.notice_due == Notice::none &&
                 row.state.status != Status::approval_needed;
    }
    shops_.approve_all(to_approve);
    for (const ShopId shop : {ShopId{1}, ShopId{2}})
      all_done = all_done && webhooks_.taken(shop).size() ==
                                 views_.events(shop, RecordNumber{}, SIZE_MAX).size();
    all_done = all_done && life_->metrics().webhooks.queue.length.value() == 0;
    finished_ = all_done && world_.now() > MonotonicTime{} + trouble_lasts + 150s;
    if (!finished_) return;
    world_.expect(life_->waiting() == 0, "orders are counted as waiting when none waits");
    for (const auto& relay : life_->metrics().relays)
      world_.expect(relay.outstanding.value() == 0 && relay.in_doubt.length.value() == 0,
                    "something is counted as outstanding when everything is answered");
  }

  Summary summary() {
    Summary result;
    result.orders = views_.rows().size();
    result.records = journal_.last().value;
    result.lives = lives_;
    result.steps = steps_;
    for (std::uint64_t n = 1; n <= journal_.last().value; ++n) {
      const auto stored = journal_.read(RecordNumber{n});
      result.fingerprint = result.fingerprint * 1'099'511'628'211ULL +
                           stored->event.order.value * 31 + stored->event.fact.index() +
                           static_cast<std::uint64_t>(stored->event.at.time_since_epoch().count());
    }
    result.broken = world_.broken;
    result.story = std::move(world_.story);
    return result;
  }

  World world_;
  actors::Configuration configuration_;
  MemoryJournal journal_;
  MemoryViews views_;
  MemoryRegistry registry_;
  MemberWorld members_;
  std::map<RelayId, std::unique_ptr<RelayWorld>> relays_;
  MailWorld mails_;
  EventWorld events_;
  WebhookWorld webhooks_;
  ShopWorld shops_;
  std::unique_ptr<Life> life_;
  std::size_t lives_ = 0;
  std::size_t steps_ = 0;
  bool crashed_ = false;
  bool finished_ = false;
  PaceBook paces_;
  bool prompt_ = false;  // no engine that is busy for seconds: hours and changes are timely
};

}  // namespace

Summary simulate(std::uint64_t seed) {
  return Run(seed).play();
}

}  // namespace spillway::simulation
