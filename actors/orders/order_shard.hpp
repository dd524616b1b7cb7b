// Hosts the orders whose numbers fall to it, and is the only one who decides about them: each
// message for an order is handled against its state by the rules in engine/order, what follows is
// journaled, and only when that is durable does anything of it leave the shard.
//
// Does: revive and forget orders, decide, journal, let out. Must not: wait, keep time, or show
// anybody what is not committed.
#pragma once

#include <deque>

#include "actors/base/actor_base.hpp"
#include "actors/orders/live_orders.hpp"
#include "actors/orders/shard_effects.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class OrderShard : public Actor<OrderShardActor> {
 public:
  OrderShard(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config),
        services_(services),
        peers_(peers),
        orders_(services.journal, services.views) {}

  behavior_type make_behavior() override;

 private:
  void authorize(const AuthorizeOrders& message);
  void answered(const OrdersAnswered& message);
  void unanswered(const OrdersUnanswered& message);
  void reversed(const AttemptReversed& message);
  void escalate(const EscalateDoubt& message);
  void notices_done(const NoticesDone& message);
  void inquire(const InquireOrder& message);
  void cancel(const CancelOrder& message);
  void approve(const RecordApproval& message);
  void resolve(const ResolveCase& message);
  void release(const ReleaseClosed& message);
  void projected(const Projected& message);
  void appended(const Appended& message);

  // The order if it is that shop's; otherwise the ticket has its 404.
  LiveOrder* find_for(ShopId shop, OrderNumber order, net::Ticket ticket);
  void send_attempt(LiveOrder& order);
  Answer take_answer(LiveOrder& order, const LineAnswer& answer);
  void note_held_unlike(const OrderState& order, const LineAnswer& answer);
  void note_issuer(const LiveOrder& order, Attempt answered, AttemptState before);
  void note_answer_without_order(const AnsweredOrder& answered);
  void answer_not_found(ShopId shop, OrderNumber order, net::Ticket ticket);
  bool misses_relay(const LiveOrder& order, const std::vector<Fact>& facts) const;
  void answer_relay_unknown(net::Ticket ticket);
  void note_verdict(const OrderState& state, Timestamp now);
  void record(LiveOrder& order, std::vector<Fact> facts);
  void answer(const LiveOrder& order, net::Ticket ticket);
  void answer(net::Ticket ticket, decltype(net::ApiAnswer::answer) answer);

  // Decides about one order by itself. False when its data let it not be: nothing of it was
  // recorded, and it stands in the list of those who are not served.
  template <class Decide>
  bool decide(OrderNumber order, Decide decide);
  // The same where somebody waits for an answer.
  template <class Decide>
  void decide(OrderNumber order, net::Ticket ticket, Decide decide);

  // Ends a handler: what was recorded goes to the writer, what waits for nothing goes out.
  void end_turn();
  void let_out(ShardEffects& effects);

  const Services& services_;
  const Peers& peers_;
  LiveOrders orders_;
  std::vector<storage::Entry> entries_;  // of this turn
  ShardBatch batch_;                     // of this turn
  std::deque<ShardBatch> pending_;       // at the writer, in the order they were sent
  std::uint64_t next_token_ = 1;
  std::map<RelayId, std::vector<IssuerAnswer>> issuers_answered_;  // of this turn

  struct LeavingAsked {
    ShopId shop;
    OrderNumber order;
    net::Ticket ticket;
  };
  std::vector<LeavingAsked> leaving_asked_;  // for orders that are leaving
};

}  // namespace spillway::actors
