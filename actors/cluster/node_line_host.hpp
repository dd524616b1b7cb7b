// A relay line of a node works for the first systems that have lent it orders.
#pragma once

#include <map>

#include "actors/cluster/node_parts.hpp"
#include "actors/relay/line_host.hpp"

namespace spillway::actors {

class NodeLineHost : public LineHost {
 public:
  NodeLineHost(const NodeParts& parts, RelayId relay) : parts_(parts), relay_(relay) {}

  bool serves(SystemId system) const override {
    return static_cast<bool>(parts_.systems.link_of(system));
  }
  bool may_leave(SystemId system, MonotonicTime now) const override {
    return parts_.systems.holds(system, now);
  }
  std::vector<std::optional<SealedCard>> cards(std::span<const LineRequest> requests) override;
  void line_is_up() override {}
  void line_is_down() override {}

  void answered(SystemId system, const AnsweredOrder& order) override {
    results_[system].answered.push_back(order);
  }
  void unanswered(SystemId system, const UnansweredOrder& order) override {
    results_[system].unanswered.push_back(order);
  }
  void reversal_replied(SystemId system, const ReversalReply& reply) override {
    results_[system].reversals.push_back(reply);
  }
  void repeat_unanswered(SystemId system, const UnansweredOrder& order) override {
    results_[system].repeats_unanswered.push_back(order);
  }
  void tell() override;

 private:
  const NodeParts& parts_;
  const RelayId relay_;
  std::map<SystemId, NodeResults> results_;
};

}  // namespace spillway::actors
