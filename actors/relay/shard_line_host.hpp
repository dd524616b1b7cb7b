// A relay line of a first system works for its shards and its in-doubt desk.
#pragma once

#include "actors/relay/line_host.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class ShardLineHost : public LineHost {
 public:
  ShardLineHost(const Services& services, const Peers& peers, RelayId relay)
      : services_(services), peers_(peers), relay_(relay) {}

  bool serves(SystemId system) const override { return services_.is_ours(system); }
  bool may_leave(SystemId, MonotonicTime) const override { return true; }
  std::vector<std::optional<SealedCard>> cards(std::span<const LineRequest> requests) override;

  void line_is_up() override;
  void line_is_down() override;
  void answered(SystemId, const AnsweredOrder& order) override {
    answered_.add(order.order, order);
  }
  void unanswered(SystemId, const UnansweredOrder& order) override {
    unanswered_.add(order.order, order);
  }
  void reversal_replied(SystemId, const ReversalReply& reply) override {
    reversals_.push_back(reply);
  }
  void repeat_unanswered(SystemId, const UnansweredOrder& order) override {
    repeats_.push_back(order);
  }
  void tell() override;

 private:
  const Services& services_;
  const Peers& peers_;
  const RelayId relay_;
  ByShard<AnsweredOrder> answered_;
  ByShard<UnansweredOrder> unanswered_;
  std::vector<ReversalReply> reversals_;
  std::vector<UnansweredOrder> repeats_;
};

}  // namespace spillway::actors
