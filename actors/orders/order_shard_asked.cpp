// What shops and operators ask of orders.
#include <algorithm>

#include "actors/orders/order_shard_decide.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway::actors {
namespace {

// Whether what a person's word is about is still so.
bool stands(const OrderState& order, const ResolveCase& word) {
  if (word.kind == CaseKind::unsettled)
    return order.escalated && order.escalated->attempt == word.attempt;
  return word.kind != CaseKind::lost || is_lost_too_often(order);
}

}  // namespace

LiveOrder* OrderShard::find_for(ShopId shop, OrderNumber number, net::Ticket ticket) {
  LiveOrder* order = orders_.find(number);
  if (order && order->state.shop == shop) return order;
  if (orders_.is_leaving(number)) {
    leaving_asked_.push_back({shop, number, ticket});
    return nullptr;
  }
  answer_not_found(shop, number, ticket);
  return nullptr;
}

void OrderShard::answer_not_found(ShopId shop, OrderNumber number, net::Ticket ticket) {
  const auto line = services_.journal.book_line(number);
  answer(ticket, net::answers::NotFound{line && line->shop == shop});
}

void OrderShard::inquire(const InquireOrder& message) {
  decide(message.order, message.ticket, [&] {
    if (const LiveOrder* order = find_for(message.shop, message.order, message.ticket))
      answer(*order, message.ticket);
  });
  end_turn();
}

void OrderShard::cancel(const CancelOrder& message) {
  decide(message.order, message.ticket, [&] {
    LiveOrder* const order = find_for(message.shop, message.order, message.ticket);
    if (order == nullptr) return;
    auto facts = on_cancel(order->state);
    if (!facts) return answer(message.ticket, net::answers::Forbidden{facts.error()});
    if (misses_relay(*order, *facts)) return answer_relay_unknown(message.ticket);
    record(*order, std::move(*facts));
    answer(*order, message.ticket);
  });
  end_turn();
}

// Whether these facts call for a request to a relay centre that is not there. Nobody can tell when
// it will be, so they are not written: the order stays as it is.
bool OrderShard::misses_relay(const LiveOrder& order, const std::vector<Fact>& facts) const {
  return peers_.relays.find(order.state.relay) == nullptr &&
         std::ranges::any_of(facts, [](const Fact& fact) {
           return std::holds_alternative<CancelRequested>(fact) ||
                  std::holds_alternative<ReversalDecided>(fact);
         });
}

void OrderShard::answer_relay_unknown(net::Ticket ticket) {
  answer(ticket, net::refused(ticket, {.refusal = {409,
                                                   "The charge would have to be reversed at a "
                                                   "relay centre that the system does not have "
                                                   "now. Nothing was changed. Ask its operator.",
                                                   {}},
                                       .name = "relay-unknown",
                                       .title = "The order's relay centre is not there"})
                     .answer);
}

void OrderShard::approve(const RecordApproval& message) {
  decide(message.order, message.ticket, [&] {
    LiveOrder* const order = find_for(message.shop, message.order, message.ticket);
    if (order == nullptr) return;
    auto facts = on_approval(order->state, message.approved, message.approval_code);
    if (!facts) return answer(message.ticket, net::answers::Forbidden{facts.error()});
    record(*order, std::move(*facts));
    answer(*order, message.ticket);
  });
  end_turn();
}

void OrderShard::resolve(const ResolveCase& message) {
  CaseSettled settled{message.token, {}, {}};
  const bool read = decide(message.order, [&] {
    LiveOrder* const order = orders_.find(message.order);
    if (order == nullptr) {
      settled.refusal = "the order has left the journal";
      return;
    }
    auto facts = stands(order->state, message)
                     ? on_case_resolved(order->state, message.attempt, message.outcome,
                                        message.approval_code)
                     : Error{"it was settled meanwhile"};
    if (facts)
      record(*order, std::move(*facts));
    else
      settled.refusal = facts.error().message;
    settled.status = order->state.status;
  });
  if (!read) settled.refusal = "the order cannot be read as it should be";
  batch_.effects.settled_cases.push_back(std::move(settled));
  end_turn();
}

void OrderShard::answer(const LiveOrder& order, net::Ticket ticket) {
  const auto stored = services_.journal.read(RecordNumber{order.state.number.value});
  SPILLWAY_CHECK(stored && std::holds_alternative<Received>(stored->event.fact),
                 "an order has no record of its reception");
  answer(ticket, net::answers::Order{std::make_shared<net::OrderView>(net::OrderView{
                     std::get<Received>(stored->event.fact), stored->event.at, order.state})});
}

void OrderShard::answer(net::Ticket ticket, decltype(net::ApiAnswer::answer) answer) {
  batch_.effects.answers.push_back({ticket, std::move(answer)});
}

}  // namespace spillway::actors
