// The person of the simulation who settles what stands before a person: looks at the list now and
// then, waits until nothing can be on its way any more, asks the relay centre by telephone, has
// what is held let go or kept, and says so.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/simulation/worlds/operator_world.hpp"
#include "tests/simulation/worlds/relay_world.hpp"

namespace spillway::simulation {

class CaseWorld : public net::ApiAnswers {
 public:
  // What is no answer to this person goes on to `others`.
  CaseWorld(World& world, const actors::Configuration& configuration,
            const std::map<RelayId, std::unique_ptr<RelayWorld>>& relays, net::ApiAnswers& others)
      : world_(world), configuration_(configuration), relays_(relays), others_(others) {}

  void connect(Life* life);
  void answer(std::vector<net::ApiAnswer> batch) override;

  std::size_t resolved() const { return resolved_; }
  const std::string& list() const { return list_; }  // as it was at the last look

  // A person's word, whatever stands there.
  void say(const std::string& name, CaseOutcome outcome, const ApprovalCode& approval_code = {});

 private:
  void look();
  void take_list(const std::string& json);
  void settle(const std::string& name, const std::string& relay, const std::string& reference,
              bool may_stand);

  World& world_;
  const actors::Configuration& configuration_;
  const std::map<RelayId, std::unique_ptr<RelayWorld>>& relays_;
  net::ApiAnswers& others_;
  Life* life_ = nullptr;
  bool looks_ = false;                          // again, after a while
  std::map<std::string, MonotonicTime> seen_;   // cases, since when
  std::map<std::uint64_t, std::string> asked_;  // by the ticket's connection; "": for the list
  std::uint64_t next_connection_ = 1;
  std::size_t resolved_ = 0;
  std::string list_;
};

}  // namespace spillway::simulation
