#include "actors/relay/in_doubt_desk.hpp"

#include <algorithm>

#include "engine/base/backoff.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {

auto InDoubtDesk::make_behavior() -> behavior_type {
  return {
      [this](const SettleDoubts& message) { settle(message); },
      [this](const DoubtSettled& message) {
        forget({message.order, message.attempt});
      },
      [this](const ReversalsAnswered& message) {
        for (const ReversalReply& reply : message.replies) reversal_answered(reply);
        ask();
      },
      [this](const RepeatsUnanswered& message) {
        for (const UnansweredOrder& each : message.orders) repeat_unanswered(each);
        ask();
      },
      [this](const Permits& message) { use(message); },
      [this](Tick) {
        tick_at_.reset();
        ask();
      },
  };
}

void InDoubtDesk::settle(const SettleDoubts& message) {
  for (const Doubt& doubt : message.doubts) {
    const Key key{doubt.order, doubt.attempt};
    // From before a start with another configuration: a repeat would be a second charge now.
    if (!doubt.reverse && !settings_.recognises_repeats) {
      send(shard_of(peers_, doubt.order), EscalateDoubt{doubt.order, doubt.attempt, 0, {}});
      continue;
    }
    const auto [at, fresh] = open_.try_emplace(key);
    Open& open = at->second;
    if (fresh) {
      open.since = services_.now();
      metrics_.in.add();
    }
    open.doubt = doubt;  // a repeat may become a reversal; its tries begin anew
    open.tries = 0;
    open.last_code = {};
    open.traces_after_window.clear();
    // The late window counts from here, not from the first request: repeats may have gone out
    // since, or, before a restart, at times that nobody remembers.
    open.quiet_since = monotonic();
    open.turn = next_turn_++;
    ready_.push_back({key, open.turn});
  }
  ask();
  show();
}

void InDoubtDesk::forget(Key key) {
  if (open_.erase(key) == 0) return;
  metrics_.out.add();
  show();
}

void InDoubtDesk::reversal_answered(const ReversalReply& reply) {
  const Key key{reply.order, reply.attempt};
  const auto found = open_.find(key);
  if (found == open_.end() || !found->second.doubt.reverse) return;  // acknowledged before
  const auto& traces = found->second.traces_after_window;
  const bool asked_after_window = std::ranges::find(traces, reply.trace) != traces.end();
  const Doubt& doubt = found->second.doubt;
  if (!settles_reversal(reply.answer, doubt.amount, doubt.held, asked_after_window)) {
    try_later(key, reply.answer.code);
    return;
  }
  forget(key);
  send(shard_of(peers_, reply.order),
       AttemptReversed{reply.order, reply.attempt, reply.answer.code});
}

// Not of a repeat that was sent before the reversal was decided.
void InDoubtDesk::repeat_unanswered(const UnansweredOrder& repeat) {
  const Key key{repeat.order, repeat.attempt};
  const auto found = open_.find(key);
  if (found != open_.end() && !found->second.doubt.reverse) try_later(key, {});
}

void InDoubtDesk::try_later(Key key, const ResponseCode& code) {
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  Open& open = found->second;
  if (!code.empty()) open.last_code = code;
  // Of a reversal again with each try: its order may stand before a person for another's sake.
  if (open.tries == settings_.doubt_tries_max ||
      (open.doubt.reverse && open.tries > settings_.doubt_tries_max))
    send(shard_of(peers_, key.order),
         EscalateDoubt{key.order, key.attempt, static_cast<std::uint16_t>(open.tries),
                       open.last_code});
  open.turn = next_turn_++;
  const Duration wait =
      backoff::delay(open.tries, limits::doubt_retry_min, limits::doubt_retry_max, key.order.value);
  waits_.push({monotonic() + wait, key, open.turn});
}

void InDoubtDesk::collect_due() {
  const MonotonicTime now = monotonic();
  while (!waits_.empty() && waits_.top().until <= now) {
    const Wait wait = waits_.top();
    waits_.pop();
    const auto found = open_.find(wait.key);
    if (found != open_.end() && found->second.turn == wait.turn)
      ready_.push_back({wait.key, wait.turn});
  }
}

void InDoubtDesk::ask() {
  collect_due();
  if (asked_ == 0 && !ready_.empty()) want(ready_.size());
  // Nodes are asked again with all that they report, until they hear that nothing is wanted.
  if (ready_.empty() && wanted_) want(0);
  if (!waits_.empty() && (!tick_at_ || waits_.top().until < *tick_at_)) {
    tick_at_ = waits_.top().until;
    send_self_at(*tick_at_, Tick{});
  }
}

void InDoubtDesk::want(std::size_t count) {
  wanted_ = count > 0;
  asked_ = count;
  const RelayPeers& relay = peers_.relays.configured(settings_.id);
  const WantPermits wants{settings_.id, PermitUse::settlement, count};
  send(relay.limiter, wants);
  if (relay.nodes) send(relay.nodes, wants);  // whoever can first; the line here may be down
}

void InDoubtDesk::use(const Permits& permits) {
  asked_ -= std::min(asked_, permits.count);
  SendRequests message{settings_.id, {}};
  while (message.requests.size() < permits.count && !ready_.empty()) {
    const Ready ready = ready_.front();
    ready_.pop_front();
    const auto found = open_.find(ready.key);
    if (found == open_.end() || found->second.turn != ready.turn) continue;  // settled meanwhile
    message.requests.push_back(next_request(found->second));
  }
  if (const std::size_t unused = permits.count - message.requests.size(); unused > 0)
    send(permits.way.back, PermitsReturned{settings_.id, PermitUse::settlement, unused});
  if (!message.requests.empty()) send(permits.way.line, std::move(message));
  ask();
  show();
}

LineRequest InDoubtDesk::next_request(Open& open) const {
  const Doubt& doubt = open.doubt;
  using enum net::RelayMessage;
  const net::RelayMessage message = !doubt.reverse    ? authorization_repeat
                                    : open.tries == 0 ? reversal
                                                      : reversal_repeat;
  ++open.tries;
  std::uint32_t trace = doubt.stan;
  if (doubt.reverse) {
    trace = (doubt.stan + open.tries - 1) % 999'999 + 1;
    if (monotonic() - open.quiet_since >= settings_.late_window)
      open.traces_after_window.push_back(trace);
  }
  return {message, doubt.order,   doubt.attempt, doubt.reference, doubt.stan,
          trace,   doubt.sent_at, doubt.amount,  doubt.shop};
}

void InDoubtDesk::show() {
  metrics_.length.set(static_cast<std::int64_t>(open_.size()));
  std::optional<Timestamp> oldest;
  if (!open_.empty())
    oldest = open_.begin()->second.since;  // the oldest order, about the oldest wait
  metrics_.set_oldest(oldest);
}

}  // namespace spillway::actors
