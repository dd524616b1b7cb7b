// What relay centres say of orders, or do not say.
#include <utility>

#include "actors/base/log.hpp"
#include "actors/orders/order_shard_decide.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/dialect.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway::actors {

void OrderShard::answered(const OrdersAnswered& message) {
  for (const AnsweredOrder& each : message.orders)
    decide(each.order, [&] {
      LiveOrder* const order = orders_.find(each.order);
      if (order == nullptr) return note_answer_without_order(each);
      const AttemptState before = order->state.attempt_state;
      const Answer verdict = take_answer(*order, each.answer);
      if (verdict != Answer::come_back_later && verdict != Answer::no_verdict)
        note_issuer(*order, each.answer.attempt, before);
    });
  for (auto& [relay, answers] : issuers_answered_)
    if (const RelayPeers* const peers = peers_.relays.find(relay); peers && !answers.empty())
      send(peers->queue, IssuersAnswered{std::exchange(answers, {})});
  end_turn();
}

// Where some issuer does not answer, the queue hears who does; who does not, by EnqueueLater.
void OrderShard::note_issuer(const LiveOrder& order, Attempt answered, AttemptState before) {
  const RelayMetrics* const relay = services_.metrics.find_relay(order.state.relay);
  if (relay == nullptr || relay->issuers_watched.value() == 0) return;
  if (issuer_answered(before, answered, order.state))
    issuers_answered_[order.state.relay].push_back({order.issuer, answered});
}

Answer OrderShard::take_answer(LiveOrder& order, const LineAnswer& answer) {
  const RelaySettings* const relay = find_relay(services_.configuration, order.state.relay);
  const Answer verdict =
      judge(answer.answer, order.state.amount, relay != nullptr ? relay->dialect : Dialect());
  // Of no attempt that was ever sent.
  if (place_of(order.state, answer.attempt) == 0) return verdict;
  if (verdict == Answer::held_unlike) note_held_unlike(order.state, answer);
  const bool repeats = relay != nullptr && relay->recognises_repeats;
  record(order, on_answer(order.state, answer, verdict, repeats));
  return verdict;
}

void OrderShard::note_held_unlike(const OrderState& order, const LineAnswer& answer) {
  RelayMetrics* const relay = services_.metrics.find_relay(order.relay);
  if (relay != nullptr) relay->approvals_unlike_request.add();
  const auto named = named_by(answer.answer, order.amount);
  log(LogLevel::warning, "approval_unlike_request",
      {{"order", services_.order_code(order.number)},
       {"relay", relay != nullptr ? relay->name : std::to_string(order.relay.value)},
       {"reference",
        make_reference(services_.configuration.system.id, order.number, answer.attempt).view()},
       {"code", answer.answer.code.view()},
       {"asked", to_text(order.amount)},
       {"approved", named ? to_text(*named) : "not said"}});
}

void OrderShard::unanswered(const OrdersUnanswered& message) {
  for (const UnansweredOrder& each : message.orders)
    decide(each.order, [&] {
      LiveOrder* order = orders_.find(each.order);
      if (!order) return;
      const RelaySettings* const relay = find_relay(services_.configuration, order->state.relay);
      const bool repeats = relay != nullptr && relay->recognises_repeats;
      record(*order, on_doubt(order->state, each.attempt, each.reason, repeats));
    });
  end_turn();
}

void OrderShard::reversed(const AttemptReversed& message) {
  decide(message.order, [&] {
    if (LiveOrder* order = orders_.find(message.order))
      record(*order, on_reversal_answer(order->state, message.attempt, message.code));
  });
  end_turn();
}

void OrderShard::escalate(const EscalateDoubt& message) {
  decide(message.order, [&] {
    if (LiveOrder* order = orders_.find(message.order))
      record(*order,
             on_tries_used_up(order->state, message.attempt, message.tries, message.last_code));
  });
  end_turn();
}

// An approval that comes after its order has left the journal cannot be reversed any more. Unless
// it repeats the charge that stands, somebody has to hear of it.
void OrderShard::note_answer_without_order(const AnsweredOrder& answered) {
  // Of whom the order was is not known any more: what every centre may mean by an approval.
  const Attempt attempt = answered.answer.attempt;
  if (!is_charge(Dialect().meaning_of(answered.answer.answer.code)) || attempt.value == 0 ||
      attempt.value > limits::attempts_max)
    return;
  const Reference reference =
      make_reference(services_.configuration.system.id, answered.order, attempt);
  const auto line = services_.journal.book_line(answered.order);
  // The charge may name another system: the number that this one had then.
  const auto charged = line ? parse_reference(line->charged) : std::nullopt;
  if (charged && charged->order == answered.order && charged->attempt == attempt) return;
  services_.metrics.approvals_without_order.add();
  log(LogLevel::warning, "approval_without_order",
      {{"order", services_.order_code(answered.order)}, {"reference", reference.view()}});
}

}  // namespace spillway::actors
