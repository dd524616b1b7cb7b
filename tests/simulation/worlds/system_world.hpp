// One first system of the simulation with all that is its own: storage, mails, shops, and the lives
// of its engine between crashes. Relay centres it may share with others.
#pragma once

#include <map>
#include <memory>

#include "tests/simulation/life.hpp"
#include "tests/simulation/paces.hpp"
#include "tests/simulation/worlds/case_world.hpp"
#include "tests/simulation/worlds/operator_world.hpp"

namespace spillway::simulation {

class SystemWorld {
 public:
  // `cluster`: what it needs when nodes may join it, or null.
  SystemWorld(World& world, actors::Configuration configuration,
              std::map<RelayId, std::unique_ptr<RelayWorld>>& relays,
              const actors::ClusterServices* cluster);

  void start();
  void stop();
  bool runs() const { return life_ != nullptr; }

  // Its storage failed in the middle of a commit: whoever runs the simulation stops it, and starts
  // it again after a while.
  bool crashed() const { return crashed_; }
  void mend();

  Life& life() { return *life_; }
  caf::scheduler::test_coordinator* scheduler() { return life_ ? &life_->scheduler() : nullptr; }
  actors::Configuration& configuration() { return configuration_; }
  MemoryJournal& journal() { return journal_; }
  const MemoryViews& views() const { return views_; }
  MemoryViews& views() { return views_; }
  CaseWorld& cases() { return cases_; }
  ShopWorld& shops() { return shops_; }
  const ShopWorld& shops() const { return shops_; }
  PaceBook& paces() { return paces_; }
  OperatorWorld& operators() { return operators_; }
  std::size_t lives() const { return starts_.size(); }

  // Shops say what they were told of the orders that wait for it, and whether nothing is open.
  bool comes_to_its_end();
  std::string what_is_open() const;  // for people
  void check_end();

  // No engine of this run is busy for seconds, so what it does when can be judged.
  bool timely = false;

  void crash_at_any_commit(double chance);
  void add_to(Summary& summary) const;

 private:
  bool all_is_told() const;

  World& world_;
  actors::Configuration configuration_;
  const actors::ClusterServices* cluster_;
  std::map<RelayId, std::unique_ptr<RelayWorld>>& relays_;
  MemoryJournal journal_;
  MemoryViews views_;
  MemoryRegistry registry_;
  MemberWorld members_;
  MailWorld mails_;
  EventWorld events_;
  WebhookWorld webhooks_;
  ShopWorld shops_;
  PaceBook paces_;
  OperatorWorld operators_{world_, configuration_, shops_, paces_};
  CaseWorld cases_{world_, configuration_, relays_, operators_};
  std::unique_ptr<Life> life_;
  std::vector<Timestamp> starts_;  // of the lives
  std::size_t approvals_of_removed_ = 0;
  bool crashed_ = false;
};

}  // namespace spillway::simulation
