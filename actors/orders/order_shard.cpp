#include <algorithm>

#include "actors/orders/order_shard_decide.hpp"
#include "engine/order/order_attempts.hpp"

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

void OrderShard::notices_done(const NoticesDone& message) {
  for (const NoticeDone& each : message.notices)
    decide(each.order, [&] {
      if (LiveOrder* order = orders_.find(each.order))
        record(*order, on_notice_done(order->state, each.notice, each.delivered));
    });
  end_turn();
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
  const bool stands = stands_before_a_person(order.state);
  if (stands != stands_before_a_person(before)) {
    services_.metrics.escalated.add(stands ? 1 : -1);
    if (stands) services_.on_escalated(order.state.number);
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
