#include "tests/simulation/simulation.hpp"

#include "tests/simulation/worlds/system_world.hpp"

namespace spillway::simulation {
namespace {

constexpr Duration single_trouble_lasts = 120s;
constexpr Duration single_ends_by = 8 * 24h;  // a window comes once a day
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
  if (world.chance(0.3))
    configuration.shops.front().limits.open_orders = static_cast<std::uint32_t>(1 + world.pick(6));
  configuration.relays = {relay(1, "east", CardCompany::visa), relay(2, "west", CardCompany::jcb)};
  for (actors::RelaySettings& settings : configuration.relays) {
    settings.recognises_repeats = world.chance(0.5);
    if (world.chance(0.5)) settings.pacing = random_pacing(world);
    settings.line_outstanding_max = 1 + world.pick(20);
    settings.doubt_tries_max = static_cast<std::uint16_t>(2 + world.pick(5));
  }
  // Not shorter than a request may be late; repeats and answers are later than that.
  if (world.chance(0.3)) {
    configuration.retention.closed_orders = world.between(30s, 60s);
    configuration.retention.look_interval = world.between(500ms, 5s);
  }
  configuration.admission.waiting_orders_max = world.chance(0.2) ? 10 : 1'000'000;
  return configuration;
}

class Run {
 public:
  explicit Run(std::uint64_t seed)
      : world_(seed), system_(world_, configuration_of(world_), relays_, nullptr) {
    for (const actors::RelaySettings& settings : system_.configuration().relays) {
      relays_[settings.id] = std::make_unique<RelayWorld>(world_, settings);
      prompt_ = prompt_ || settings.pacing.kind == PacingKind::window;
    }
    prompt_ = prompt_ || world_.chance(0.5);
    system_.crash_at_any_commit(world_.chance(0.7) ? 0.01 : 0);
  }

  Summary play() {
    system_.shops().plan(10 + world_.pick(60), 60s);
    world_.after(single_trouble_lasts, [this] {
      world_.faults = false;
      look_for_the_end();
    });
    if (world_.chance(0.2)) fill_the_disk();
    if (world_.chance(0.3)) plan_other_paces();
    if (world_.chance(0.1)) lose_a_relay_for_an_hour();
    if (world_.chance(0.2) && !system_.configuration().retention.closed_orders) set_the_clock();
    system_.start();
    while (!finished_ && world_.broken.empty()) step();
    system_.timely = prompt_;
    if (finished_) system_.check_end();
    system_.stop();
    Summary result;
    system_.add_to(result);
    result.steps = steps_;
    result.broken = world_.broken;
    result.story = std::move(world_.story);
    return result;
  }

 private:
  void crash() {
    system_.stop();
    world_.after(world_.between(1ms, 5s), [this] { start_again(); });
  }

  // On a full disk a start ends with a sentence about it; whoever keeps the service up tries again.
  void start_again() {
    if (!system_.views().room) return world_.after(1s, [this] { start_again(); });
    system_.mend();
    system_.start();
  }

  // One message handled, or one thing happening in the world, or time going on to the next.
  void step() {
    ++steps_;
    if (system_.crashed()) return crash();
    const bool busy = system_.runs() && system_.scheduler()->has_job();
    if (busy && !world_.chance(0.02)) return run_one_job(world_, *system_.scheduler());
    if (world_.run_due()) return;
    if (busy && !world_.has_event()) return run_one_job(world_, *system_.scheduler());
    go_to_next_time();
  }

  void go_to_next_time() {
    MonotonicTime next = world_.has_event() ? world_.next_event() : MonotonicTime::max();
    if (system_.runs()) next = std::min(next, next_timer(*system_.scheduler()));
    if (next == MonotonicTime::max() || next > MonotonicTime{} + single_ends_by) {
      world_.expect(false, "the run does not come to its end" + system_.what_is_open());
      return;
    }
    if (prompt_ && system_.runs() && system_.scheduler()->has_job())
      next = std::min<MonotonicTime>(next, world_.now() + step_max_while_busy);
    next = std::max(next, world_.now());
    world_.set_now(next);
    if (system_.runs()) advance_to(*system_.scheduler(), next);
  }

  void plan_other_paces() {
    prompt_ = true;
    system_.operators().plan(1 + world_.pick(6), single_trouble_lasts);
  }

  void fill_the_disk() {
    const auto set = [this](bool room) {
      system_.journal().room = room;
      system_.views().room = room;
    };
    world_.after(world_.between(0s, 60s), [set] { set(false); });
    world_.after(single_trouble_lasts / 2 + world_.between(1s, 30s), [set] { set(true); });
  }

  void lose_a_relay_for_an_hour() {
    const RelayId relay = system_.configuration().relays.at(world_.pick(2)).id;
    world_.after(world_.between(0s, single_trouble_lasts),
                 [this, relay] { relays_.at(relay)->go_away(1h); });
  }

  // Now and then somebody sets the civil clock; no key is younger or older than it is by half its
  // life.
  void set_the_clock() {
    world_.after(world_.between(1s, 40s), [this] {
      const bool right =
          world_.now() > MonotonicTime{} + single_trouble_lasts || world_.chance(0.3);
      system_.paces().clock_was_set(world_.now());
      world_.set_clock_wrong_by(right ? Duration{} : world_.between(0h, 22h) - 11h);
      if (world_.now() < MonotonicTime{} + single_trouble_lasts) set_the_clock();
    });
  }

  void look_for_the_end() {
    world_.after(10s, [this] { look_for_the_end(); });
    finished_ =
        system_.comes_to_its_end() && world_.now() > MonotonicTime{} + single_trouble_lasts + 150s;
  }

  World world_;
  std::map<RelayId, std::unique_ptr<RelayWorld>> relays_;
  SystemWorld system_;
  std::size_t steps_ = 0;
  bool finished_ = false;
  bool prompt_ = false;  // no engine that is busy for seconds: hours, changes and turns are timely
};

}  // namespace

void run_one_job(World& world, caf::scheduler::test_coordinator& scheduler) {
  auto& jobs = scheduler.jobs;
  std::swap(jobs.front(), jobs[world.pick(jobs.size())]);
  scheduler.run_once();
}

MonotonicTime next_timer(caf::scheduler::test_coordinator& scheduler) {
  const auto& timers = scheduler.clock().schedule();
  return timers.empty() ? MonotonicTime::max() : timers.begin()->first;
}

void advance_to(caf::scheduler::test_coordinator& scheduler, MonotonicTime now) {
  scheduler.clock().advance_time(now - scheduler.clock().current_time);
}

Summary simulate(std::uint64_t seed) {
  return Run(seed).play();
}

}  // namespace spillway::simulation
