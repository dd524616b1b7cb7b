// Two first systems and four nodes: every node joins both systems and has a line of its own to the
// same two relay centres. Systems crash at any commit; nodes are killed, frozen and thawed; cables
// break, fall silent and deliver late; strangers tell lies; the way in which work is shared
// changes. Until a certain moment; then the promise is checked for each system.
#include <deque>

#include <caf/send.hpp>

#include "engine/sharing/limits.hpp"
#include "tests/simulation/worlds/node_world.hpp"
#include "tests/simulation/worlds/stranger.hpp"
#include "tests/simulation/worlds/system_world.hpp"

namespace spillway::simulation {
namespace {

constexpr Duration cluster_trouble_lasts = 60s;
constexpr Duration cluster_ends_by = 24h;
constexpr std::size_t system_count = 2;
constexpr std::size_t node_count = 4;

Sharing random_sharing(World& world) {
  Sharing sharing{.mode = static_cast<SharingMode>(1 + world.pick(4)),
                  .wait_max = limits::spill_wait_default};
  if (sharing.mode != SharingMode::spill) return sharing;
  if (world.chance(0.5)) sharing.waiting_max = 1 + world.pick(10);
  if (world.chance(0.5)) sharing.wait_max = std::chrono::milliseconds(1 + world.pick(2'000));
  sharing.only_excess = world.chance(0.5);
  return sharing;
}

actors::Configuration configuration_of(World& world, std::uint8_t system) {
  actors::Configuration configuration;
  configuration.system.id = system;
  for (const std::uint32_t id : {1U, 2U}) {
    actors::ShopSettings shop;
    shop.id = ShopId{id};
    configuration.shops.push_back(shop);
  }
  for (const std::uint16_t id : {std::uint16_t{1}, std::uint16_t{2}}) {
    actors::RelaySettings relay;
    relay.id = RelayId{id};
    relay.name = id == 1 ? "east" : "west";
    relay.companies = {id == 1 ? CardCompany::visa : CardCompany::jcb};
    // Far shorter than a node may be frozen: without its lease it would send when nobody waits.
    relay.late_window = 5s;
    relay.line_outstanding_max = 1 + world.pick(20);
    relay.doubt_tries_max = static_cast<std::uint16_t>(2 + world.pick(5));
    if (world.chance(0.5)) relay.pacing.per_second = 1.0 + static_cast<double>(world.pick(20));
    relay.sharing = random_sharing(world);
    configuration.relays.push_back(relay);
  }
  if (world.chance(0.3)) {
    configuration.retention.closed_orders = world.between(20s, 40s);
    configuration.retention.look_interval = world.between(500ms, 5s);
  }
  return configuration;
}

class ClusterRun {
 public:
  explicit ClusterRun(std::uint64_t seed) : world_(seed) {
    services_.merchant = [](ShopId) { return Merchant{}; };
    const bool repeats[2] = {world_.chance(0.5), world_.chance(0.5)};
    for (std::size_t i = 0; i < system_count; ++i) {
      auto configuration = configuration_of(world_, static_cast<std::uint8_t>(i + 1));
      for (std::size_t relay = 0; relay < 2; ++relay) {
        configuration.relays[relay].recognises_repeats = repeats[relay];
        if (!contract_[relay]) continue;
        configuration.relays[relay].contract_pace = true;
        configuration.relays[relay].pacing.per_second = 1.0 + static_cast<double>(world_.pick(30));
        contract_rate_[relay] += configuration.relays[relay].pacing.per_second;
      }
      if (i == 0) relay_settings_ = configuration.relays;
      systems_.emplace_back(world_, std::move(configuration), relays_, &services_);
    }
    for (const actors::RelaySettings& settings : relay_settings_)
      relays_[settings.id] = std::make_unique<RelayWorld>(world_, settings);
    for (std::size_t i = 0; i < node_count; ++i) {
      node_configurations_.push_back(configuration_of(world_, 0));
      borrow(node_configurations_.back());
      nodes_.emplace_back(world_, "node-" + std::to_string(i + 1), node_configurations_.back(),
                          relays_, system_count, [this](std::size_t system, NodeWorld& node) {
                            return connect(system, node);
                          });
    }
    const double crashes = world_.chance(0.5) ? 0.005 : 0;
    for (SystemWorld& system : systems_) system.crash_at_any_commit(crashes);
  }

  Summary play() {
    for (SystemWorld& system : systems_) {
      system.timely = true;
      system.shops().plan(10 + world_.pick(40), 30s);
      system.start();
    }
    for (NodeWorld& node : nodes_) world_.after(world_.between(0s, 5s), [&node] { node.start(); });
    plan_trouble();
    world_.after(cluster_trouble_lasts, [this] { end_trouble(); });
    while (!finished_ && world_.broken.empty()) step();
    if (finished_) {
      for (SystemWorld& system : systems_) system.check_end();
      for (const NodeWorld& node : nodes_) node.check_paces();
      check_contracts();
    }
    return take_down();
  }

 private:
  // A node that borrows at one relay centre alone, and one that has a pace of its own: neither may
  // ever get an order for the other centre's kind. The first node always may: where the work goes
  // to nodes only, somebody has to take it.
  void borrow(actors::Configuration& node) {
    const bool is_first = nodes_.empty();
    for (std::size_t relay = 0; relay < 2; ++relay) {
      actors::RelaySettings& settings = node.relays[relay];
      const bool other = world_.chance(0.1);
      settings.contract_pace = contract_[relay] != (other && !is_first);
      if (settings.contract_pace) settings.pacing.per_second = 0;
    }
  }

  struct Connection {
    std::unique_ptr<Cable> cable;
    std::size_t system;
    NodeWorld* node;
  };

  Cable* connect(std::size_t system, NodeWorld& node) {
    if (!systems_[system].runs() || world_.fault(0.05)) return nullptr;
    connections_.push_back(
        {std::make_unique<Cable>(world_, node.system(), systems_[system].life().port(),
                                 systems_[system].life().system()),
         system, &node});
    return connections_.back().cable.get();
  }

  void cut_where(const std::function<bool(const Connection&)>& where) {
    for (Connection& each : connections_)
      if (!each.cable->is_cut() && where(each)) each.cable->cut();
  }

  // What both systems' contracts allow together, whoever sends.
  void check_contracts() {
    for (std::size_t i = 0; i < 2; ++i) {
      if (!contract_[i]) continue;
      PaceBook paces;
      paces.configured(relay_settings_[i].id, {.per_second = contract_rate_[i]});
      paces.check(world_, relay_settings_[i], relays_.at(relay_settings_[i].id)->all_arrivals());
    }
  }

  // ---- Trouble ----

  void plan_trouble() {
    const std::uint64_t happenings = world_.pick(25);
    for (std::uint64_t i = 0; i < happenings; ++i)
      world_.after(world_.between(1s, cluster_trouble_lasts), [this] { make_trouble(); });
  }

  void make_trouble() {
    NodeWorld& node = nodes_[world_.pick(node_count)];
    switch (world_.pick(6)) {
      case 0:
        if (node.runs()) return kill(node);
        return;
      case 1:
        world_.note("a node freezes");
        return node.freeze(world_.between(100ms, 30s));
      case 2:
        world_.note("a node's cables are cut");
        return cut_where([&](const Connection& each) { return each.node == &node; });
      case 3:
        return silence(node);
      case 4:
        return let_a_stranger_knock(world_.pick(system_count));
      default: {
        SystemWorld& system = systems_[world_.pick(system_count)];
        const RelayId relay = system.configuration().relays[world_.pick(2)].id;
        system.operators().share(
            relay, world_.chance(0.2) ? std::nullopt : std::optional(random_sharing(world_)));
      }
    }
  }

  void kill(NodeWorld& node) {
    world_.note("a node is killed");
    cut_where([&](const Connection& each) { return each.node == &node; });
    node.kill();
    world_.after(world_.between(10ms, 10s), [this, &node] {
      if (!node.runs() && !home_) node.start();
    });
  }

  void let_a_stranger_knock(std::size_t number) {
    if (!systems_[number].runs()) return;
    Life& life = systems_[number].life();
    strangers_.emplace_back(number, life.system().spawn<Stranger>(world_, life.port()));
  }

  void send_strangers_away(std::size_t number) {
    std::erase_if(strangers_, [number](const auto& each) {
      if (each.first == number) caf::anon_send_exit(each.second, caf::exit_reason::user_shutdown);
      return each.first == number;
    });
  }

  void silence(NodeWorld& node) {
    world_.note("a node's cables fall silent");
    for (Connection& each : connections_)
      if (each.node == &node && !each.cable->is_cut()) each.cable->fall_silent();
    world_.after(world_.between(100ms, 20s), [this, &node] {
      for (Connection& each : connections_)
        if (each.node == &node && !each.cable->is_cut()) each.cable->mend();
    });
  }

  void end_trouble() {
    world_.faults = false;
    look_for_the_end();
  }

  void crash(std::size_t number) {
    world_.note("a first system crashes");
    cut_where([&](const Connection& each) { return each.system == number; });
    send_strangers_away(number);
    systems_[number].stop();
    world_.after(world_.between(1ms, 5s), [this, number] {
      systems_[number].mend();
      systems_[number].start();
    });
  }

  // ---- Time ----

  std::vector<caf::scheduler::test_coordinator*> schedulers() {
    std::vector<caf::scheduler::test_coordinator*> all;
    for (SystemWorld& system : systems_)
      if (auto* scheduler = system.scheduler()) all.push_back(scheduler);
    for (NodeWorld& node : nodes_)
      if (auto* scheduler = node.scheduler(); scheduler && !node.frozen()) all.push_back(scheduler);
    return all;
  }

  void step() {
    ++steps_;
    for (std::size_t i = 0; i < system_count; ++i)
      if (systems_[i].crashed()) return crash(i);
    auto all = schedulers();
    std::erase_if(all, [](auto* scheduler) { return !scheduler->has_job(); });
    if (!all.empty() && !world_.chance(0.02))
      return run_one_job(world_, *all[world_.pick(all.size())]);
    if (world_.run_due()) return;
    go_to_next_time(!all.empty());
  }

  void go_to_next_time(bool busy) {
    MonotonicTime next = world_.has_event() ? world_.next_event() : MonotonicTime::max();
    for (auto* scheduler : schedulers()) next = std::min(next, next_timer(*scheduler));
    for (const NodeWorld& node : nodes_)
      if (node.frozen()) next = std::min(next, node.thaws_at());
    if (next == MonotonicTime::max() || next > MonotonicTime{} + cluster_ends_by) {
      std::string open;
      for (const SystemWorld& system : systems_) open += system.what_is_open();
      for (const NodeWorld& node : nodes_)
        open += "; " + node.name() + " has " + std::to_string(node.outstanding()) + " outstanding";
      world_.expect(false, "the run does not come to its end" + open);
      return;
    }
    // Heartbeats are timely as long as nothing is frozen.
    if (busy) next = std::min<MonotonicTime>(next, world_.now() + 1ms);
    next = std::max(next, world_.now());
    world_.set_now(next);
    for (auto* scheduler : schedulers()) advance_to(*scheduler, next);
  }

  void look_for_the_end() {
    world_.after(5s, [this] { look_for_the_end(); });
    bool all_done = true;
    for (SystemWorld& system : systems_) all_done = system.comes_to_its_end() && all_done;
    for (const NodeWorld& node : nodes_) all_done = node.outstanding() == 0 && all_done;
    finished_ = all_done && world_.now() > MonotonicTime{} + cluster_trouble_lasts + 150s;
    if (all_done) send_nodes_home();
  }

  // What still comes late finds no node any more. Heartbeats of hours would be most of a run.
  void send_nodes_home() {
    home_ = true;
    cut_where([](const Connection&) { return true; });
    for (NodeWorld& node : nodes_) node.kill();
  }

  Summary take_down() {
    Summary result;
    send_nodes_home();
    for (NodeWorld& node : nodes_) {
      for (const auto& [id, relay] : relays_)
        result.sent_by_nodes += relay->arrivals(node.name()).size();
      for (std::size_t i = 0; i < 2; ++i)
        if (contract_[i])
          result.sent_on_loan += relays_.at(relay_settings_[i].id)->arrivals(node.name()).size();
    }
    for (std::size_t i = 0; i < system_count; ++i) {
      send_strangers_away(i);
      systems_[i].stop();
      systems_[i].add_to(result);
    }
    result.steps = steps_;
    result.broken = world_.broken;
    result.story = std::move(world_.story);
    return result;
  }

  World world_;
  const bool contract_[2] = {world_.chance(0.4), world_.chance(0.4)};
  double contract_rate_[2] = {};
  std::map<RelayId, std::unique_ptr<RelayWorld>> relays_;
  std::vector<actors::RelaySettings> relay_settings_;
  actors::ClusterServices services_;
  std::deque<Connection> connections_;
  std::deque<actors::Configuration> node_configurations_;
  std::deque<SystemWorld> systems_;
  std::deque<NodeWorld> nodes_;
  std::vector<std::pair<std::size_t, caf::actor>> strangers_;  // with the system that they are at
  std::size_t steps_ = 0;
  bool finished_ = false;
  bool home_ = false;  // the nodes are
};

}  // namespace

Summary simulate_cluster(std::uint64_t seed) {
  return ClusterRun(seed).play();
}

}  // namespace spillway::simulation
