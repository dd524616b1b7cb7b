#include "actors/relay_line.hpp"

#include <algorithm>
#include <iterator>

#include "actors/log.hpp"

namespace spillway::actors {
namespace {

std::string_view to_text(net::LineLoss loss) {
  switch (loss) {
    case net::LineLoss::closed:
      return "closed";
    case net::LineLoss::unreadable:
      return "unreadable";
    case net::LineLoss::silent:
      return "silent";
  }
  return "unknown";
}

bool is_reversal(net::RelayMessage message) {
  return message == net::RelayMessage::reversal || message == net::RelayMessage::reversal_repeat;
}

// An attempt's authorization and its reversal may be outstanding at once; nothing else of it may.
// Fits: a reference holds an order of 40 bits and an attempt of 15.
std::uint64_t key_of(OrderNumber order, Attempt attempt, bool reversal) {
  return (order.value << 16U) | (std::uint64_t{attempt.value} << 1U) | (reversal ? 1U : 0U);
}

}  // namespace

auto RelayLine::make_behavior() -> behavior_type {
  return {
      [this](SendRequests& message) { send_requests(message); },
      [this](LineIsUp) { line_up(); },
      [this](const LineIsDown& message) { line_down(message.loss); },
      [this](const TlsFailed& message) { tls_failed(message.why); },
      [this](const LineReplies& message) { replies(message); },
      [this](const ChangePacing& message) {
        pacer_.set_rate(message.pacing.per_second, monotonic());
        if (up_) release();
      },
      [this](Tick) {
        tick_under_way_ = false;
        look_for_overdue();
        arm_tick();
      },
      [this](PaceTick) {
        pace_tick_under_way_ = false;
        if (up_) release();
      },
  };
}

void RelayLine::send_requests(SendRequests& message) {
  if (up_) {
    std::ranges::move(message.requests, std::back_inserter(unsent_));
    release();
    return;
  }
  Outcome outcome;
  for (const LineRequest& request : message.requests)
    unanswered({request.message, request.order, request.attempt, {}}, DoubtReason::line_lost,
               outcome);
  outcome.permits_done = message.requests.size();
  tell(outcome);
}

void RelayLine::release() {
  const MonotonicTime now = monotonic();
  const std::size_t count = pacer_.permits(unsent_.size(), now);
  if (count > 0) {
    put_on_wire({unsent_.data(), count}, now);
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  const auto next = unsent_.empty() ? std::nullopt : pacer_.next_at(now);
  if (next && !pace_tick_under_way_) {
    pace_tick_under_way_ = true;
    send_self_at(*next, PaceTick{});
  }
  metrics_.outstanding.set(static_cast<std::int64_t>(outstanding_.size() + unsent_.size()));
  arm_tick();
}

void RelayLine::put_on_wire(std::span<const LineRequest> requests, MonotonicTime now) {
  std::vector<OrderNumber> orders;
  orders.reserve(requests.size());
  for (const LineRequest& request : requests) orders.push_back(request.order);
  const auto cards = services_.journal.cards(orders);

  std::vector<net::RelayRequest> sent;
  sent.reserve(requests.size());
  std::size_t settled = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const LineRequest& request = requests[i];
    // A repeat whose answer came while it waited: the card is gone with the doubt.
    if (!cards[i] && !is_reversal(request.message)) {
      ++settled;
      continue;
    }
    sent.push_back({request.message, request.reference, request.stan, request.trace,
                    request.sent_at, request.amount, request.shop, cards[i]});
    note_sent(request, now);
  }
  if (settled > 0) send(peers_.relays.at(settings_.id).limiter, PermitsDone{settled});
  if (!sent.empty()) services_.lines.at(settings_.id)->send(std::move(sent));
}

void RelayLine::note_sent(const LineRequest& request, MonotonicTime now) {
  const std::uint64_t key = key_of(request.order, request.attempt, is_reversal(request.message));
  const MonotonicTime deadline = now + settings_.answer_time_max;
  const auto [at, fresh] = outstanding_.insert_or_assign(
      key, Outstanding{request.message, request.order, request.attempt, deadline});
  // The earlier one of the two is not waited for any more; its permit ends with this one's.
  if (!fresh) send(peers_.relays.at(settings_.id).limiter, PermitsDone{1});
  deadlines_.push_back({deadline, key});
  metrics_.requests[static_cast<std::size_t>(request.message)].add();
}

void RelayLine::line_up() {
  up_ = true;
  metrics_.line_up.set(1);
  log(LogLevel::info, "line_up", {{"relay", settings_.name}});
  send(peers_.relays.at(settings_.id).limiter, LineIsUp{});
}

void RelayLine::line_down(net::LineLoss loss) {
  up_ = false;
  metrics_.line_up.set(0);
  metrics_.line_losses.add();
  log(LogLevel::warning, "line_down", {{"relay", settings_.name}, {"reason", to_text(loss)}});
  send(peers_.relays.at(settings_.id).limiter, LineIsDown{loss});
  const DoubtReason reason =
      loss == net::LineLoss::unreadable ? DoubtReason::unreadable_answer : DoubtReason::line_lost;
  Outcome outcome;
  // In the order they were sent, so that a run of the simulation repeats itself.
  for (const Deadline& deadline : deadlines_) {
    const auto found = outstanding_.find(deadline.key);
    if (found == outstanding_.end() || found->second.deadline != deadline.at) continue;
    unanswered(found->second, reason, outcome);
    outstanding_.erase(found);
    ++outcome.permits_done;
  }
  deadlines_.clear();
  for (const LineRequest& request : unsent_)
    unanswered({request.message, request.order, request.attempt, {}}, reason, outcome);
  outcome.permits_done += unsent_.size();
  unsent_.clear();
  tell(outcome);
}

void RelayLine::tls_failed(const std::string& why) {
  metrics_.tls_failures.add();
  log(LogLevel::warning, "tls_failed", {{"relay", settings_.name}, {"reason", why}});
}

void RelayLine::replies(const LineReplies& message) {
  const MonotonicTime now = monotonic();
  Outcome outcome;
  for (const net::RelayReply& reply : message.replies) {
    const auto parts = parse_reference(reply.reference);
    if (!parts || parts->system != services_.configuration.system.id) continue;  // not ours
    const auto waited_for =
        outstanding_.find(key_of(parts->order, parts->attempt, reply.to_reversal));
    if (waited_for != outstanding_.end()) {
      note_answer(reply, waited_for->second, now, outcome);
      outstanding_.erase(waited_for);
      ++outcome.permits_done;
    }
    if (reply.to_reversal) {
      metrics_.answers[0].add();
      outcome.reversals.push_back({parts->order, parts->attempt, reply.trace, reply.code});
    } else {
      metrics_.answers[static_cast<std::size_t>(answer_of(reply.code))].add();
      outcome.answered.add(parts->order,
                           {parts->order, {parts->attempt, reply.code, reply.approval_code}});
    }
  }
  tell(outcome);
}

void RelayLine::note_answer(const net::RelayReply& reply, const Outstanding& request,
                            MonotonicTime now, Outcome& outcome) {
  if (request.message != net::RelayMessage::authorization) return;
  const auto answer_time =
      std::chrono::duration_cast<Duration>(now - (request.deadline - settings_.answer_time_max));
  outcome.signs.answer_time_sum += answer_time;
  if (answer_of(reply.code) == Answer::come_back_later) {
    ++outcome.signs.come_back_later;
    return;
  }
  ++outcome.signs.answered;
}

void RelayLine::look_for_overdue() {
  const MonotonicTime now = monotonic();
  Outcome outcome;
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const Deadline deadline = deadlines_.front();
    deadlines_.pop_front();
    const auto found = outstanding_.find(deadline.key);
    if (found == outstanding_.end() || found->second.deadline != deadline.at) continue;
    unanswered(found->second, DoubtReason::no_answer, outcome);
    if (found->second.message == net::RelayMessage::authorization) ++outcome.signs.timed_out;
    outstanding_.erase(found);
    ++outcome.permits_done;
    metrics_.timeouts.add();
  }
  tell(outcome);
}

void RelayLine::arm_tick() {
  if (tick_under_way_ || deadlines_.empty()) return;
  tick_under_way_ = true;
  // Not at each deadline, but often enough that none is noticed much late.
  send_self_at(std::max(deadlines_.front().at, monotonic() + limits::relay_tick), Tick{});
}

void RelayLine::unanswered(const Outstanding& request, DoubtReason reason, Outcome& outcome) const {
  if (is_reversal(request.message))
    outcome.reversals.push_back({request.order, request.attempt, 0, {}});
  else if (request.message == net::RelayMessage::authorization_repeat)
    outcome.repeats_unanswered.push_back({request.order, request.attempt, reason});
  else
    outcome.unanswered.add(request.order, {request.order, request.attempt, reason});
}

void RelayLine::tell(Outcome& outcome) {
  const RelayPeers& relay = peers_.relays.at(settings_.id);
  outcome.answered.drain(peers_, [this](const auto& shard, std::vector<AnsweredOrder> orders) {
    send(shard, OrdersAnswered{std::move(orders)});
  });
  outcome.unanswered.drain(peers_, [this](const auto& shard, std::vector<UnansweredOrder> orders) {
    send(shard, OrdersUnanswered{std::move(orders)});
  });
  if (!outcome.reversals.empty()) send(relay.desk, ReversalsAnswered{std::move(outcome.reversals)});
  if (!outcome.repeats_unanswered.empty())
    send(relay.desk, RepeatsUnanswered{std::move(outcome.repeats_unanswered)});
  if (outcome.permits_done > 0)
    send(relay.limiter, PermitsDone{outcome.permits_done, outcome.signs});
  metrics_.outstanding.set(static_cast<std::int64_t>(outstanding_.size() + unsent_.size()));
}

}  // namespace spillway::actors
