#include "actors/notifier.hpp"

#include "engine/backoff.hpp"

namespace spillway::actors {

auto Notifier::make_behavior() -> behavior_type {
  return {
      [this](const NoticesDue& message) { due(message); },
      [this](const MailReturned& message) { returned(message); },
      [this](Tick) {
        tick_at_.reset();
        fill();
      },
  };
}

void Notifier::due(const NoticesDue& message) {
  for (const DueNotice& each : message.notices) {
    if (each.replaces || replaced_.contains(each.order)) replaced_[each.order] = each.notice;
    if (each.notice == Notice::none) continue;
    outbox_.push_back({each.order, each.notice, 0});
    services_.metrics.outbox.in.add();
  }
  fill();
}

void Notifier::fill() {
  const MonotonicTime now = monotonic();
  while (!later_.empty() && later_.top().at <= now) {
    outbox_.push_front(later_.top().due);
    later_.pop();
  }
  if (now < paused_until_) {
    tick_at(paused_until_);
  } else {
    // After failures one mail at a time finds out whether the server is back.
    const std::size_t most = failures_in_a_row_ == 0 ? limits::mails_in_flight_max : 1;
    while (in_flight_.size() < most && !outbox_.empty()) {
      const Due next = outbox_.front();
      outbox_.pop_front();
      if (is_current(next))
        deliver(next);
      else
        services_.metrics.outbox.out.add();
    }
  }
  if (!later_.empty()) tick_at(later_.top().at);
  if (outbox_.empty() && later_.empty() && in_flight_.empty()) replaced_.clear();
  show();
}

bool Notifier::is_current(const Due& due) {
  const auto found = replaced_.find(due.order);
  return found == replaced_.end() || found->second == due.notice;
}

void Notifier::deliver(const Due& due) {
  const auto stored = services_.journal.read(RecordNumber{due.order.value});
  SPILLWAY_CHECK(stored && std::holds_alternative<Received>(stored->event.fact),
                 "a notice is due for an order that does not exist");
  auto mail = services_.make_mail(due.order, due.notice, std::get<Received>(stored->event.fact),
                                  stored->event.at);
  if (!mail) {  // there is nobody to tell: the member has closed his account
    settle(due, false);
    return;
  }
  const std::uint64_t id = next_id_++;
  in_flight_.emplace(id, due);
  services_.mail.deliver(id, std::move(*mail));
}

void Notifier::settle(const Due& due, bool delivered) {
  (delivered ? services_.metrics.mails_delivered : services_.metrics.mails_refused).add();
  // An older notice may still be about to be tried again.
  const auto found = replaced_.find(due.order);
  if (found != replaced_.end() && found->second == due.notice) found->second = Notice::none;
  services_.metrics.outbox.out.add();
  send(shard_of(peers_, due.order), NoticesDone{{{due.order, due.notice, delivered}}});
}

void Notifier::returned(const MailReturned& message) {
  const auto found = in_flight_.find(message.id);
  if (found == in_flight_.end()) return;
  const Due due = found->second;
  in_flight_.erase(found);
  if (message.delivery == net::Delivery::later) {
    services_.metrics.mails_later.add();
    try_later(due);
  } else {
    failures_in_a_row_ = 0;
    settle(due, message.delivery == net::Delivery::delivered);
  }
  fill();
}

void Notifier::try_later(Due due) {
  if (due.tries < UINT16_MAX) ++due.tries;
  const MonotonicTime now = monotonic();
  later_.push({now + backoff::delay(due.tries, limits::mail_retry_min, limits::mail_retry_max,
                                    due.order.value),
               due});
  // One mail that is put off says nothing of the server; several in a row do.
  if (++failures_in_a_row_ < limits::mail_pause_after) return;
  paused_until_ = now + backoff::delay(failures_in_a_row_ - limits::mail_pause_after + 1,
                                       limits::mail_retry_min, limits::mail_pause_max, 0);
}

void Notifier::tick_at(MonotonicTime at) {
  if (tick_at_ && *tick_at_ <= at) return;
  tick_at_ = at;
  send_self_at(at, Tick{});
}

void Notifier::show() {
  QueueMetrics& metrics = services_.metrics.outbox;
  metrics.length.set(static_cast<std::int64_t>(outbox_.size() + later_.size() + in_flight_.size()));
}

}  // namespace spillway::actors
