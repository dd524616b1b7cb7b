#include "actors/relay/relay_line.hpp"

#include <algorithm>
#include <iterator>

#include "actors/messages/request_key.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {
namespace {

SystemId system_of(const Reference& reference) {
  const auto parts = parse_reference(reference);
  SPILLWAY_CHECK(parts.has_value(), "a request has a reference that is none of ours");
  return SystemId{parts->system};
}

}  // namespace

auto RelayLine::make_behavior() -> behavior_type {
  return {
      [this](SendRequests& message) { send_requests(message); },
      [this](LineIsUp) { line_up(); },
      [this](const LineIsDown& message) { line_down(message); },
      [this](const LineNotMade& message) { log_.no_line(message.why, monotonic()); },
      [this](const TlsFailed& message) { log_.tls_failed(message.why, monotonic()); },
      [this](const MessagesPassedOver& message) {
        log_.passed_over(message.messages, monotonic());
      },
      [this](const LineReplies& message) { replies(message); },
      [this](const ChangePacing& message) { change_pace(message); },
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
  for (const LineRequest& request : message.requests)
    unanswered(unsent(request), DoubtReason::line_lost);
  Outcome outcome;
  outcome.permits_done = message.requests.size();
  tell(outcome);
}

void RelayLine::change_pace(const ChangePacing& message) {
  no_rate_ = peers_.rate_keeper && message.pacing.per_second == 0;
  if (!no_rate_) pacer_.set_rate(message.pacing.per_second, monotonic());
  if (up_) release();
  if (peers_.rate_keeper)
    send(peers_.rate_keeper, RateInForce{settings_.id, message.pacing.per_second});
}

void RelayLine::release() {
  const MonotonicTime now = monotonic();
  const std::size_t count = no_rate_ ? unsent_.size() : pacer_.permits(unsent_.size(), now);
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
  const auto cards = host_->cards(requests);
  std::vector<net::RelayRequest> sent;
  sent.reserve(requests.size());
  Outcome outcome;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const LineRequest& request = requests[i];
    const Outstanding waits = unsent(request);
    const bool late = no_rate_ || !host_->may_leave(waits.system, now);
    // Or a repeat whose answer came while it waited: the card is gone with the doubt.
    if (late || (!cards[i] && !is_reversal(request.message))) {
      ++outcome.permits_done;
      if (late) unanswered(waits, DoubtReason::line_lost);
      continue;
    }
    sent.push_back({request.message, request.reference, request.stan, request.trace,
                    request.sent_at, request.amount, request.shop, cards[i]});
    note_sent(waits, now);
  }
  if (outcome.permits_done > 0) tell(outcome);
  if (!sent.empty()) port_.send(std::move(sent));
}

RelayLine::Outstanding RelayLine::unsent(const LineRequest& request) {
  return {request.message, system_of(request.reference), request.order, request.attempt, {}};
}

void RelayLine::note_sent(Outstanding request, MonotonicTime now) {
  const std::uint64_t key =
      request_key(request.system, request.order, request.attempt, is_reversal(request.message));
  request.deadline = now + settings_.answer_time_max;
  deadlines_.push_back({request.deadline, key});
  metrics_.requests[static_cast<std::size_t>(request.message)].add();
  const auto [at, fresh] = outstanding_.insert_or_assign(key, request);
  // The earlier one of the two is not waited for any more; its permit ends with this one's.
  if (!fresh) send(peers_.limiter, PermitsDone{1});
}

void RelayLine::line_up() {
  up_ = true;
  log_.up(monotonic());
  send(peers_.limiter, LineIsUp{});
  host_->line_is_up();
}

void RelayLine::line_down(const LineIsDown& message) {
  up_ = false;
  log_.down(message.loss, message.why, monotonic());
  send(peers_.limiter, LineIsDown{message.loss, {}});
  host_->line_is_down();
  // However it was lost, that was none of these requests' doing as far as anybody can tell.
  const DoubtReason reason = DoubtReason::line_lost;
  Outcome outcome;
  // In the order they were sent, so that a run of the simulation repeats itself.
  for (const Deadline& deadline : deadlines_) {
    const auto found = outstanding_.find(deadline.key);
    if (found == outstanding_.end() || found->second.deadline != deadline.at) continue;
    unanswered(found->second, reason);
    outstanding_.erase(found);
    ++outcome.permits_done;
  }
  deadlines_.clear();
  for (const LineRequest& request : unsent_) unanswered(unsent(request), reason);
  outcome.permits_done += unsent_.size();
  unsent_.clear();
  tell(outcome);
}

void RelayLine::replies(const LineReplies& message) {
  const MonotonicTime now = monotonic();
  Outcome outcome;
  for (const net::RelayReply& reply : message.replies) {
    const auto parts = parse_reference(reply.reference);
    if (!parts || !host_->serves(SystemId{parts->system})) {
      log_.foreign(reply, now);
      continue;
    }
    const SystemId system{parts->system};
    const RelayAnswer said{reply.code, reply.amount, reply.currency};
    const auto waited_for =
        outstanding_.find(request_key(system, parts->order, parts->attempt, reply.to_reversal));
    if (waited_for != outstanding_.end()) {
      note_answer(reply, waited_for->second, now, outcome);
      outstanding_.erase(waited_for);
      ++outcome.permits_done;
    }
    if (reply.to_reversal) {
      metrics_.answers[0].add();
      host_->reversal_replied(system, {parts->order, parts->attempt, reply.trace, said});
    } else {
      metrics_.answers[static_cast<std::size_t>(settings_.dialect.meaning_of(reply.code))].add();
      host_->answered(system, {parts->order, {parts->attempt, said, reply.approval_code}});
    }
  }
  tell(outcome);
}

void RelayLine::note_answer(const net::RelayReply& reply, const Outstanding& request,
                            MonotonicTime now, Outcome& outcome) {
  if (request.message != net::RelayMessage::authorization) return;
  if (reply.code == "68") {
    ++outcome.signs.too_late;
    return;
  }
  if (settings_.dialect.meaning_of(reply.code) == Answer::come_back_later) {
    ++outcome.signs.issuer_away;
    return;
  }
  const auto answer_time =
      std::chrono::duration_cast<Duration>(now - (request.deadline - settings_.answer_time_max));
  outcome.signs.answer_time_sum += answer_time;
  ++outcome.signs.answered;
  answer_times_.observe(answer_time);
}

void RelayLine::look_for_overdue() {
  const MonotonicTime now = monotonic();
  Outcome outcome;
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const Deadline deadline = deadlines_.front();
    deadlines_.pop_front();
    const auto found = outstanding_.find(deadline.key);
    if (found == outstanding_.end() || found->second.deadline != deadline.at) continue;
    unanswered(found->second, DoubtReason::no_answer);
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

void RelayLine::unanswered(const Outstanding& request, DoubtReason reason) {
  host_->nothing_came(request.system, request.message, request.order, request.attempt, reason);
}

void RelayLine::tell(const Outcome& outcome) {
  host_->tell();
  if (outcome.permits_done > 0)
    send(peers_.limiter, PermitsDone{outcome.permits_done, outcome.signs});
  if (outcome.signs.answered > 0) metrics_.outlook.set_answer_time(*answer_times_.nearly_always());
  metrics_.outstanding.set(static_cast<std::int64_t>(outstanding_.size() + unsent_.size()));
}

}  // namespace spillway::actors
