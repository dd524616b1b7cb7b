// What people see of the outbox, and what they ask of it.
#include <algorithm>

#include "engine/telling/ended_mail.hpp"

namespace spillway {

std::string_view to_text(MailEnd end) {
  switch (end) {
    case MailEnd::refused:
      return "refused";
    case MailEnd::given_up:
      return "given_up";
    case MailEnd::dropped:
      return "dropped";
  }
  return "";
}

std::string_view to_text(MailState state) {
  switch (state) {
    case MailState::due:
      return "due";
    case MailState::deferred:
      return "deferred";
    case MailState::sending:
      return "sending";
  }
  return "";
}

// ---- What people ask ----

bool Outbox::retry(OrderNumber order, MonotonicTime now) {
  const auto at_once = [&](Sender& sender) {
    sender.pause.until = {};
    server_.until = {};
  };
  if (const auto found = deferred_.find(order); found != deferred_.end()) {
    Deferred mail = release(found);
    mail.next_at = now;
    at_once(senders_[mail.mail.shop]);
    put_off(std::move(mail));
    return true;
  }
  for (auto& [shop, sender] : senders_) {
    const auto found = find_fresh(sender, order);
    if (found == sender.fresh.end()) continue;
    const DueMail mail = *found;
    sender.fresh.erase(found);
    sender.fresh.push_front(mail);
    at_once(sender);
    return true;
  }
  return is_under_way(order);
}

Outbox::Dropped Outbox::drop(OrderNumber order) {
  if (is_under_way(order)) return Dropped::under_way;
  if (const auto found = deferred_.find(order); found != deferred_.end()) {
    release(found);
    return Dropped::gone;
  }
  for (auto& [shop, sender] : senders_) {
    const auto found = find_fresh(sender, order);
    if (found == sender.fresh.end()) continue;
    sender.fresh.erase(found);
    if (--fresh_ == 0) replaced_.clear();
    return Dropped::gone;
  }
  return Dropped::unknown;
}

std::deque<DueMail>::iterator Outbox::find_fresh(Sender& sender, OrderNumber order) const {
  return std::ranges::find_if(
      sender.fresh, [&](const DueMail& mail) { return mail.order == order && !is_replaced(mail); });
}

bool Outbox::is_under_way(OrderNumber order) const {
  return std::ranges::any_of(under_way_, [&](const auto& each) {
    return each.second.put_off.mail.order == order && !each.second.replaced;
  });
}

// ---- What people see ----

WaitingMail Outbox::shown(const DueMail& mail, MonotonicTime now) const {
  WaitingMail waiting;
  waiting.mail = mail;
  const Sender& sender = senders_.at(mail.shop);
  const MonotonicTime until = std::max(server_.until, sender.pause.until);
  if (until > now) waiting.next_at = until;
  if (server_.trouble)
    waiting.reason = server_.trouble->reason;
  else if (sender.pause.trouble)
    waiting.reason = sender.pause.trouble->reason;
  return waiting;
}

WaitingMail Outbox::shown(const Deferred& mail, MonotonicTime now) const {
  WaitingMail waiting = shown(mail.mail, now);
  waiting.state = MailState::deferred;
  waiting.tries = mail.tries;
  waiting.next_at = std::max(mail.next_at, waiting.next_at.value_or(now));
  waiting.reason = mail.reason;
  return waiting;
}

std::vector<WaitingMail> Outbox::list(std::optional<MailState> state, OrderNumber after,
                                      std::size_t count, MonotonicTime now) const {
  const auto wanted = [&](MailState of) { return !state || *state == of; };
  std::vector<WaitingMail> found;
  if (wanted(MailState::deferred)) {
    for (auto at = deferred_.upper_bound(after); at != deferred_.end() && found.size() < count;
         ++at)
      found.push_back(shown(at->second, now));
  }
  if (wanted(MailState::sending)) {
    for (const auto& [id, flight] : under_way_) {
      if (flight.replaced || flight.put_off.mail.order <= after) continue;
      WaitingMail& sending = found.emplace_back();
      sending.mail = flight.put_off.mail;
      sending.state = MailState::sending;
      sending.tries = flight.put_off.tries;
      sending.reason = flight.put_off.reason;
    }
  }
  if (wanted(MailState::due)) {
    std::vector<DueMail> due;
    for (const auto& [shop, sender] : senders_)
      for (const DueMail& mail : sender.fresh)
        if (mail.order > after && !is_replaced(mail)) due.push_back(mail);
    const auto first = static_cast<std::ptrdiff_t>(std::min(count, due.size()));
    std::ranges::partial_sort(due, due.begin() + first, {}, &DueMail::order);
    due.resize(static_cast<std::size_t>(first));
    for (const DueMail& mail : due) found.push_back(shown(mail, now));
  }
  std::ranges::sort(found, {}, [](const WaitingMail& each) { return each.mail.order; });
  if (found.size() > count) found.resize(count);
  return found;
}

std::optional<WaitingMail> Outbox::find(OrderNumber order, MonotonicTime now) const {
  if (order.value == 0) return std::nullopt;
  auto found = list({}, {order.value - 1}, 1, now);
  if (found.empty() || found.front().mail.order != order) return std::nullopt;
  return std::move(found.front());
}

std::optional<Timestamp> Outbox::oldest() const {
  std::optional<Timestamp> oldest;
  const auto consider = [&oldest](Timestamp since) {
    oldest = std::min(oldest.value_or(since), since);
  };
  for (const auto& [shop, sender] : senders_)
    if (!sender.fresh.empty()) consider(sender.fresh.front().since);
  for (const auto& [id, flight] : under_way_) consider(flight.put_off.mail.since);
  if (!deferred_since_.empty()) consider(deferred_since_.begin()->first);
  return oldest;
}

const std::optional<MailTrouble>& Outbox::sender_trouble(ShopId shop) const {
  static const std::optional<MailTrouble> none;
  const auto found = senders_.find(shop);
  return found == senders_.end() ? none : found->second.pause.trouble;
}

}  // namespace spillway
