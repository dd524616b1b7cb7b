#include <algorithm>

#include "actors/log.hpp"
#include "actors/order_shard_decide.hpp"
#include "engine/dialect.hpp"
#include "engine/order_attempts.hpp"

namespace spillway::actors {
namespace {

// The relay centre's last word, or the shop's on its behalf.
bool has_verdict(Status status) {
  return status == Status::authorized || status == Status::refused ||
         status == Status::approval_needed;
}

}  // namespace

auto OrderShard::make_behavior() -> behavior_type {
  return {
      [this](const AuthorizeOrders& message) { authorize(message); },
      [this](const OrdersAnswered& message) { answered(message); },
      [this](const OrdersUnanswered& message) { unanswered(message); },
      [this](const AttemptReversed& message) { reversed(message); },
      [this](const EscalateDoubt& message) { escalate(message); },
      [this](const Withdrawn& message) { orders_.left_queue(message.order); },
      [this](const NoticesDone& message) { notices_done(message); },
      [this](const InquireOrder& message) { inquire(message); },
      [this](const CancelOrder& message) { cancel(message); },
      [this](const RecordApproval& message) { approve(message); },
      [this](const ResolveCase& message) { resolve(message); },
      [this](const ReleaseClosed& message) { release(message); },
      [this](const FinishWriting& message) { send(peers_.writer, message); },
      [this](const Appended& message) { appended(message); },
      [this](const Projected& message) { projected(message); },
  };
}

// ---- Authorizing ----

void OrderShard::authorize(const AuthorizeOrders& message) {
  std::size_t unused = 0;
  for (const WaitingOrder& waiting : message.orders) {
    bool sent = false;  // or cancelled since it was queued
    decide(waiting.number, [&] {
      LiveOrder* const order = orders_.from_queue(waiting, message.relay);
      if (order == nullptr || !wants_attempt(order->state)) return;
      send_attempt(*order);
      sent = true;
    });
    if (!sent) ++unused;
  }
  if (unused > 0)
    send(message.way.back, PermitsReturned{message.relay, PermitUse::authorization, unused});
  batch_.effects.way = message.way;
  end_turn();
}

void OrderShard::send_attempt(LiveOrder& order) {
  const OrderState& state = order.state;
  const Attempt attempt{static_cast<std::uint16_t>(state.attempt.value + 1)};
  record(order, {Sent{attempt, state.relay,
                      make_reference(services_.configuration.system.id, state.number, attempt),
                      make_stan(state.number, attempt)}});
  batch_.effects.relays[state.relay].requests.push_back(
      {net::RelayMessage::authorization, state.number, attempt, state.attempt_reference,
       state.attempt_stan, state.attempt_stan, state.attempt_sent_at, state.amount, state.shop});
}

void OrderShard::answered(const OrdersAnswered& message) {
  for (const AnsweredOrder& each : message.orders)
    decide(each.order, [&] {
      LiveOrder* const order = orders_.find(each.order);
      if (order == nullptr) return note_answer_without_order(each);
      const AttemptState before = order->state.attempt_state;
      if (take_answer(*order, each.answer) != Answer::come_back_later)
        note_issuer(*order, each.answer.attempt, before);
    });
  for (auto& [relay, answers] : issuers_answered_)
    if (const RelayPeers* const peers = peers_.relays.find(relay); peers && !answers.empty())
      send(peers->queue, IssuersAnswered{std::exchange(answers, {})});
  end_turn();
}

// Where some issuer does not answer, the queue hears who does; who does not, by EnqueueLater.
void OrderShard::note_issuer(const LiveOrder& order, Attempt answered, AttemptState before) {
  const OrderState& state = order.state;
  const auto is_open = [](AttemptState of) {
    return of == AttemptState::outstanding || of == AttemptState::in_doubt;
  };
  if (answered != state.attempt || !is_open(before) || is_open(state.attempt_state)) return;
  const RelayMetrics* const relay = services_.metrics.find_relay(state.relay);
  if (wants_attempt(state) || relay == nullptr || relay->issuers_watched.value() == 0) return;
  issuers_answered_[state.relay].push_back({order.issuer, answered});
}

Answer OrderShard::take_answer(LiveOrder& order, const LineAnswer& answer) {
  const RelaySettings* const relay = find_relay(services_.configuration, order.state.relay);
  const Answer verdict =
      judge(answer.answer, order.state.amount, relay != nullptr ? relay->dialect : Dialect());
  if (verdict == Answer::held_unlike) note_held_unlike(order.state, answer);
  const std::uint8_t place = place_of(order.state, answer.attempt);
  const RelayPeers* const peers = peers_.relays.find(order.state.relay);
  if (verdict == Answer::no_verdict && stands(place, Place::in_doubt) && peers != nullptr)
    send(peers->desk,
         RepeatsUnanswered{
             {{order.state.number, answer.attempt, DoubtReason::no_verdict, answer.answer.code}}});
  const bool repeats = relay != nullptr && relay->recognises_repeats;
  record(order, on_answer(order.state, answer, verdict, repeats));
  return verdict;
}

void OrderShard::note_held_unlike(const OrderState& order, const LineAnswer& answer) {
  const auto named = named_by(answer.answer, order.amount);
  log(LogLevel::warning, "approval_unlike_request",
      {{"order", services_.order_code(order.number)},
       {"relay", std::to_string(order.relay.value)},
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

void OrderShard::notices_done(const NoticesDone& message) {
  for (const NoticeDone& each : message.notices)
    decide(each.order, [&] {
      if (LiveOrder* order = orders_.find(each.order))
        record(*order, on_notice_done(order->state, each.notice, each.delivered));
    });
  end_turn();
}

// An approval that comes after its order has left the journal cannot be reversed any more. Unless
// it repeats the charge that stands, somebody has to hear of it.
void OrderShard::note_answer_without_order(const AnsweredOrder& answered) {
  // Of whom the order was is not known any more: what every centre may mean by an approval.
  if (!is_charge(Dialect().meaning_of(answered.answer.answer.code))) return;
  const Reference reference =
      make_reference(services_.configuration.system.id, answered.order, answered.answer.attempt);
  const auto line = services_.journal.book_line(answered.order);
  // The charge may name another system: the number that this one had then.
  const auto charged = line ? parse_reference(line->charged) : std::nullopt;
  if (charged && charged->order == answered.order && charged->attempt == answered.answer.attempt)
    return;
  services_.metrics.approvals_without_order.add();
  log(LogLevel::warning, "approval_without_order",
      {{"order", services_.order_code(answered.order)}, {"reference", reference.view()}});
}

// ---- Forgetting ----

void OrderShard::release(const ReleaseClosed& message) {
  std::vector<OrderNumber> released;
  for (const RestingOrder& each : message.orders)
    if (orders_.release(each.order, each.last_record)) released.push_back(each.order);
  send(message.client, ClosedReleased{std::move(released)});
  end_turn();
}

// Only what the views do not show any more has left the journal for sure: until then nobody is told
// that it is not there.
void OrderShard::projected(const Projected& message) {
  orders_.forget_rested(message.position);
  std::erase_if(leaving_asked_, [this](const auto& asked) {
    if (orders_.is_leaving(asked.order)) return false;
    answer_not_found(asked.shop, asked.order, asked.ticket);
    return true;
  });
  end_turn();
}

// ---- Recording and letting out ----

void OrderShard::record(LiveOrder& order, std::vector<Fact> facts) {
  if (facts.empty()) return;
  const OrderState before = order.state;
  const Timestamp now = services_.now();
  for (Fact& fact : facts) {
    Event event{order.state.number, now, std::move(fact)};
    apply(order.state, event, order.state.last_record);  // its own number comes with the commit
    entries_.push_back(storage::make_entry(event));
    batch_.orders.push_back(order.state.number);
    ++order.uncommitted;
  }
  if (card_may_go(order.state) && !card_may_go(before)) entries_.back().erase_card = true;
  if (left_queue(before, order.state))
    order.in_queue = peers_.relays.find(order.state.relay) != nullptr;
  if (order.state.status != before.status)
    services_.metrics.orders_reached[static_cast<std::size_t>(order.state.status)].add();
  if (has_verdict(order.state.status) && !has_verdict(before.status))
    note_verdict(order.state, now);
  if (order.state.escalated)
    batch_.effects.cases.opened.push_back(
        {CaseKind::unsettled, order.state.escalated->attempt, order.state});
  else if (before.escalated)
    batch_.effects.cases.closed.push_back(order.state.number);
  if (order.state.escalated.has_value() != before.escalated.has_value()) {
    services_.metrics.escalated.add(order.state.escalated ? 1 : -1);
    if (order.state.escalated) services_.on_escalated(order.state.number);
  }
  add_effects(before, order.state, order.issuer, batch_.effects);
}

void OrderShard::note_verdict(const OrderState& state, Timestamp now) {
  RelayMetrics* const found = services_.metrics.find_relay(state.relay);
  if (found == nullptr) return;
  RelayMetrics& metrics = *found;
  const Duration took = now - state.history.front().at;
  metrics.outcome_duration.observe(took);
  if (const auto expected = state.timing.expected_within()) {
    (took <= *expected ? metrics.promises_kept : metrics.promises_missed).add();
    if (took > *expected)
      metrics.promises_missed_us.add(static_cast<std::uint64_t>((took - *expected).count()));
  }
  if (const auto wanted = state.timing.verdict_within())
    (took <= *wanted ? metrics.verdicts_in_time : metrics.verdicts_late).add();
}

void OrderShard::end_turn() {
  orders_.end_turn();
  if (entries_.empty()) {
    if (!batch_.effects.only_tells()) return;
    // What is shown may stand on events that are still on their way.
    if (pending_.empty()) {
      let_out(batch_.effects);
    } else {
      ShardEffects& waiting = pending_.back().effects;
      std::ranges::move(batch_.effects.answers, std::back_inserter(waiting.answers));
      std::ranges::move(batch_.effects.settled_cases, std::back_inserter(waiting.settled_cases));
    }
    batch_ = {};
    return;
  }
  batch_.token = next_token_++;
  send(peers_.writer, Append{this, batch_.token, std::move(entries_)});
  pending_.push_back(std::move(batch_));
  entries_ = {};
  batch_ = {};
}

void OrderShard::appended(const Appended& message) {
  for (const Appended::Batch& durable : message.batches) {
    SPILLWAY_CHECK(!pending_.empty() && pending_.front().token == durable.token,
                   "the journal acknowledged events that the shard does not wait for");
    RecordNumber record = durable.first;
    for (const OrderNumber order : pending_.front().orders) {
      orders_.committed(order, record);
      ++record.value;
    }
    let_out(pending_.front().effects);
    pending_.pop_front();
  }
}

void OrderShard::let_out(ShardEffects& effects) {
  for (auto& [id, relay] : effects.relays) {
    const RelayPeers* const found = peers_.relays.find(id);
    if (found == nullptr) continue;  // what stands in the journal goes on when it is there again
    const RelayPeers& peers = *found;
    if (!relay.requests.empty())
      send(effects.way.line, SendRequests{id, std::move(relay.requests)});
    for (const DoubtSettled& settled : relay.settled) send(peers.desk, settled);
    if (!relay.doubts.empty()) send(peers.desk, SettleDoubts{std::move(relay.doubts)});
    for (const EnqueueLater& later : relay.later) send(peers.queue, later);
    for (const Withdraw& withdraw : relay.withdrawals) send(peers.queue, withdraw);
  }
  if (!effects.notices.empty()) send(peers_.notifier, NoticesDue{std::move(effects.notices)});
  if (!effects.cases.opened.empty() || !effects.cases.closed.empty())
    send(peers_.case_desk, std::move(effects.cases));
  for (CaseSettled& settled : effects.settled_cases) send(peers_.case_desk, std::move(settled));
  if (!effects.answers.empty()) services_.api.answer(std::move(effects.answers));
}

}  // namespace spillway::actors
