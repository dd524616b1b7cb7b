// What shops and operators ask of orders.
#include "actors/order_shard.hpp"

namespace spillway::actors {

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
  if (const LiveOrder* order = find_for(message.shop, message.order, message.ticket))
    answer(*order, message.ticket);
  end_turn();
}

void OrderShard::cancel(const CancelOrder& message) {
  if (LiveOrder* order = find_for(message.shop, message.order, message.ticket)) {
    auto facts = on_cancel(order->state);
    if (facts) {
      record(*order, std::move(*facts));
      answer(*order, message.ticket);
    } else {
      answer(message.ticket, net::answers::Forbidden{facts.error()});
    }
  }
  end_turn();
}

void OrderShard::approve(const RecordApproval& message) {
  if (LiveOrder* order = find_for(message.shop, message.order, message.ticket)) {
    auto facts = on_approval(order->state, message.approved, message.approval_code);
    if (facts) {
      record(*order, std::move(*facts));
      answer(*order, message.ticket);
    } else {
      answer(message.ticket, net::answers::Forbidden{facts.error()});
    }
  }
  end_turn();
}

void OrderShard::resolve(const ResolveCase& message) {
  CaseSettled settled{message.token, {}, {}};
  if (LiveOrder* order = orders_.find(message.order)) {
    const auto& escalated = order->state.escalated;
    const bool stands =
        message.kind != CaseKind::unsettled || (escalated && escalated->attempt == message.attempt);
    auto facts = stands ? on_case_resolved(order->state, message.attempt, message.outcome,
                                           message.approval_code)
                        : Error{"it was settled meanwhile"};
    if (facts)
      record(*order, std::move(*facts));
    else
      settled.refusal = facts.error().message;
    settled.status = order->state.status;
  } else {
    settled.refusal = "the order has left the journal";
  }
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
