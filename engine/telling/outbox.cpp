#include "engine/telling/outbox.hpp"

#include <algorithm>
#include <tuple>

#include "engine/base/backoff.hpp"
#include "engine/telling/limits.hpp"

namespace spillway {

Outbox::Outbox() : together_(limits::mails_in_flight_max) {}

// ---- What is due ----

void Outbox::add(const DueMail& mail, bool replaces) {
  if (replaces || replaced_.contains(mail.order)) replace(mail.order, mail.notice);
  senders_[mail.shop].fresh.push_back(mail);
  ++fresh_;
}

void Outbox::take_back(OrderNumber order) {
  replace(order, Notice::none);
}

void Outbox::replace(OrderNumber order, Notice notice) {
  if (const auto found = deferred_.find(order); found != deferred_.end()) release(found);
  for (auto& [id, flight] : under_way_)
    if (flight.put_off.mail.order == order) flight.replaced = true;
  if (fresh_ > 0) replaced_[order] = notice;
}

bool Outbox::is_replaced(const DueMail& mail) const {
  const auto found = replaced_.find(mail.order);
  return found != replaced_.end() && found->second != mail.notice;
}

DueMail Outbox::pop_fresh(Sender& sender) {
  const DueMail mail = sender.fresh.front();
  sender.fresh.pop_front();
  if (--fresh_ == 0) replaced_.clear();
  return mail;
}

void Outbox::put_off(Deferred mail) {
  const OrderNumber order = mail.mail.order;
  senders_[mail.mail.shop].due.emplace(mail.next_at, order);
  deferred_since_.emplace(mail.mail.since, order);
  deferred_.insert_or_assign(order, std::move(mail));
}

Outbox::Deferred Outbox::release(DeferredMails::iterator found) {
  Deferred mail = std::move(found->second);
  senders_[mail.mail.shop].due.erase({mail.next_at, mail.mail.order});
  deferred_since_.erase({mail.mail.since, mail.mail.order});
  deferred_.erase(found);
  return mail;
}

// ---- Who goes next ----

std::size_t Outbox::quick(MonotonicTime now, bool retries_only) const {
  return static_cast<std::size_t>(std::ranges::count_if(under_way_, [&](const auto& each) {
    const Flight& flight = each.second;
    return now - flight.begun < limits::mail_slow_after &&
           (!retries_only || flight.put_off.tries > 0);
  }));
}

bool Outbox::retries_have_room(MonotonicTime now) const {
  const auto all = static_cast<std::size_t>(std::ranges::count_if(
      under_way_, [](const auto& each) { return each.second.put_off.tries > 0; }));
  const std::size_t together =
      fresh_ == 0 ? limits::mails_in_flight_max : limits::mail_retries_in_flight_max;
  return all < limits::mail_retries_connections_max && quick(now, true) < together;
}

std::optional<Outbox::Deferred> Outbox::next_of(Sender& sender, MonotonicTime now) {
  const bool probing = sender.pause.failures > 0 && sender.under_way > 0;
  if (now < sender.pause.until || probing) return std::nullopt;
  while (!sender.fresh.empty() && is_replaced(sender.fresh.front())) pop_fresh(sender);
  const bool retry_due = !sender.due.empty() && sender.due.begin()->first <= now;
  // A mail that has not failed yet says more of its sender than one that has.
  const bool fresh_first = sender.pause.failures > 0 && !sender.fresh.empty();
  if (retry_due && !fresh_first && retries_have_room(now))
    return release(deferred_.find(sender.due.begin()->second));
  if (sender.fresh.empty()) return std::nullopt;
  return Deferred{.mail = pop_fresh(sender)};
}

std::optional<Outbox::Taken> Outbox::take(MonotonicTime now) {
  if (now < server_.until || under_way_.size() >= limits::mail_connections_max ||
      quick(now, false) >= together_)
    return std::nullopt;
  auto at = senders_.upper_bound(served_last_);
  for (std::size_t i = 0; i < senders_.size(); ++i, ++at) {
    if (at == senders_.end()) at = senders_.begin();
    auto next = next_of(at->second, now);
    if (!next) continue;
    served_last_ = at->first;
    ++at->second.under_way;
    const Taken taken{next_id_++, next->mail};
    under_way_.emplace(taken.id, Flight{.put_off = std::move(*next), .begun = now});
    return taken;
  }
  return std::nullopt;
}

std::optional<MonotonicTime> Outbox::next_at(MonotonicTime now) const {
  if (under_way_.size() >= limits::mail_connections_max) return std::nullopt;
  std::optional<MonotonicTime> next;
  const auto consider = [&next](MonotonicTime at) { next = std::min(next.value_or(at), at); };
  bool kept_back = quick(now, false) >= together_;
  for (const auto& [shop, sender] : senders_) {
    if (sender.pause.failures > 0 && sender.under_way > 0) continue;  // its return tells
    if (!sender.fresh.empty()) consider(sender.pause.until);
    if (sender.due.empty()) continue;
    const MonotonicTime at = std::max(sender.due.begin()->first, sender.pause.until);
    if (at > now || retries_have_room(now))
      consider(at);
    else
      kept_back = true;
  }
  if (next) next = std::max(*next, server_.until);
  if (!kept_back || (next && *next <= now && quick(now, false) < together_)) return next;
  // There is something and no place: it gets one when one of those under way returns, or counts as
  // slow.
  std::optional<MonotonicTime> place_at;
  for (const auto& [id, flight] : under_way_) {
    const MonotonicTime at = flight.begun + limits::mail_slow_after;
    if (at > now) place_at = std::min(place_at.value_or(at), at);
  }
  return place_at;
}

// ---- How it went ----

void Outbox::Pause::begin(MonotonicTime now, const std::string& reason, std::uint64_t seed) {
  if (!trouble) trouble = MailTrouble{now, {}};
  trouble->reason = reason;
  if (now < until) return;  // of those that were under way together
  ++failures;
  until = now + backoff::delay(failures, limits::mail_retry_min, limits::mail_pause_max, seed);
}

Outbox::Returned Outbox::returned(std::uint64_t id, const DeliveryReport& report, MonotonicTime now,
                                  Timestamp civil) {
  const auto found = under_way_.find(id);
  if (found == under_way_.end()) return {};
  Flight flight = std::move(found->second);
  under_way_.erase(found);
  --senders_[flight.put_off.mail.shop].under_way;
  Returned back{.fate = Fate::waits, .mail = flight.put_off.mail, .tries = flight.put_off.tries};
  if (report.delivery == Delivery::server) {
    server_.begin(now, report.reason, 0);
    together_ = 1;
    if (!flight.replaced) give_back(std::move(flight.put_off), now);
  } else {
    server_.end();
    together_ = std::min(together_ + 1, limits::mails_in_flight_max);
    judge(flight, back, report, now, civil);
  }
  if (flight.replaced && back.fate != Fate::delivered) back.fate = Fate::replaced;
  return back;
}

void Outbox::end(std::uint64_t id) {
  const auto found = under_way_.find(id);
  if (found == under_way_.end()) return;
  --senders_[found->second.put_off.mail.shop].under_way;
  under_way_.erase(found);
}

// Nothing was said of this mail: it is where it was.
void Outbox::give_back(Deferred mail, MonotonicTime now) {
  if (mail.tries > 0) {
    mail.next_at = now;
    return put_off(std::move(mail));
  }
  std::deque<DueMail>& fresh = senders_[mail.mail.shop].fresh;
  const auto later = std::ranges::find_if(fresh, [&](const DueMail& each) {
    return std::tie(each.since, each.order) > std::tie(mail.mail.since, mail.mail.order);
  });
  fresh.insert(later, mail.mail);
  ++fresh_;
}

void Outbox::judge(Flight& flight, Returned& back, const DeliveryReport& report, MonotonicTime now,
                   Timestamp civil) {
  Sender& sender = senders_[flight.put_off.mail.shop];
  const bool others_went = flight.put_off.tries > 0 && sender.delivered_at &&
                           *sender.delivered_at > flight.put_off.first_failed;
  const bool trusted = sender.delivered_at && now - *sender.delivered_at <= limits::mail_trust;
  switch (report.delivery) {
    case Delivery::delivered:
      sender.delivered_at = now;
      sender.pause.end();
      back.fate = Fate::delivered;
      return;
    case Delivery::refused:
      sender.pause.end();
      back.fate = Fate::refused;
      return;
    case Delivery::denied:
      if (trusted || others_went)
        back.fate = Fate::refused;
      else
        defer(flight, back, report, now, civil, true);
      return;
    case Delivery::sender:
      if (!others_went) sender.pause.begin(now, report.reason, flight.put_off.mail.shop.value);
      return defer(flight, back, report, now, civil, others_went);
    default:
      sender.pause.end();
      return defer(flight, back, report, now, civil, true);
  }
}

void Outbox::defer(Flight& flight, Returned& back, const DeliveryReport& report, MonotonicTime now,
                   Timestamp civil, bool may_end) {
  Deferred& mail = flight.put_off;
  if (mail.tries == 0) mail.first_failed = now;
  back.tries = ++mail.tries;
  const bool too_long = civil - mail.mail.since >= limits::mail_deferred_max &&
                        now - mail.first_failed >= limits::mail_deferred_min;
  if (may_end && too_long) {
    back.fate = Fate::refused;
    back.too_long = true;
    return;
  }
  if (flight.replaced) return;
  mail.reason = report.reason;
  mail.next_at = now + backoff::delay(mail.tries, limits::mail_retry_min, limits::mail_retry_max,
                                      mail.mail.order.value);
  put_off(std::move(mail));
}

}  // namespace spillway
