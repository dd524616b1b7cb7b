#include "actors/telling/notifier.hpp"

#include "actors/base/log.hpp"

namespace spillway::actors {

Notifier::Notifier(caf::actor_config& config, const Services& services, const Peers& peers)
    : Actor(config), services_(services), peers_(peers) {}

auto Notifier::make_behavior() -> behavior_type {
  restore_ended();
  return {
      [this](const NoticesDue& message) { due(message); },
      [this](const MailReturned& message) { returned(message); },
      [this](const HandleControl& message) { ask(message.request); },
      [this](const Registered& message) { registered(message); },
      [this](Tick) {
        tick_at_.reset();
        fill();
      },
  };
}

void Notifier::due(const NoticesDue& message) {
  for (const DueNotice& each : message.notices) {
    if (each.notice == Notice::none) {
      outbox_.take_back(each.order);
      continue;
    }
    const DueMail mail{each.order, each.since, each.shop, each.notice};
    if (was_dropped(mail)) {  // and the process stopped before that was a fact
      if (each.replaces) outbox_.take_back(mail.order);
      settle(mail, false);
      continue;
    }
    forget_end(mail);
    outbox_.add(mail, each.replaces);
    ++added_;
    services_.metrics.outbox.in.add();
  }
  fill();
}

void Notifier::fill() {
  while (const auto taken = outbox_.take(monotonic())) deliver(*taken);
  if (const auto next = outbox_.next_at(monotonic())) tick_at(*next);
  show();
}

void Notifier::deliver(const Outbox::Taken& taken) {
  const OrderNumber order = taken.mail.order;
  const auto stored = services_.journal.read(RecordNumber{order.value});
  SPILLWAY_CHECK(stored && std::holds_alternative<Received>(stored->event.fact),
                 "a notice is due for an order that does not exist");
  const Received& received = std::get<Received>(stored->event.fact);
  if (!services_.has_shop(received.shop)) {
    // Nobody to send it as. It stays due, and goes out when the shop is there again.
    outbox_.end(taken.id);
    return;
  }
  auto mail = services_.make_mail(order, taken.mail.notice, received, stored->event.at);
  if (!mail) {  // there is nobody to tell: the member has closed the account
    outbox_.end(taken.id);
    services_.metrics.mails_refused.add();
    settle(taken.mail, false);
    return;
  }
  services_.mail.deliver(taken.id, std::move(*mail));
}

void Notifier::settle(const DueMail& mail, bool delivered) {
  send(shard_of(peers_, mail.order), NoticesDone{{{mail.order, mail.notice, delivered}}});
}

void Notifier::returned(const MailReturned& message) {
  const auto back = outbox_.returned(message.id, message.report, monotonic(), services_.now());
  if (back.fate == Outbox::Fate::unknown) return;
  Metrics& metrics = services_.metrics;
  switch (back.fate) {
    case Outbox::Fate::delivered:
      metrics.mails_delivered.add();
      settle(back.mail, true);
      break;
    case Outbox::Fate::refused:
      (back.too_long ? metrics.mails_given_up : metrics.mails_refused).add();
      end(back, message.report.reason);
      break;
    default:
      metrics.mails_later.add();
      break;
  }
  tell_fate(back, message.report);
  tell_trouble(back.mail.shop);
  fill();
}

void Notifier::end(const Outbox::Returned& back, const std::string& reason) {
  EndedMail ended;
  ended.mail = back.mail;
  ended.at = services_.now();
  ended.end = back.too_long ? MailEnd::given_up : MailEnd::refused;
  ended.tries = back.too_long ? back.tries : back.tries + 1;
  ended.reason = reason;
  std::vector<storage::RegistryChange> changes;
  note_end(ended, changes);
  write(std::move(changes), {});
  settle(back.mail, false);
}

// ---- Telling operators ----

void Notifier::tell_fate(const Outbox::Returned& back, const net::DeliveryReport& report) {
  if (back.fate == Outbox::Fate::refused)
    return tell_mail(refused_, back.too_long ? "mail_given_up" : "mail_refused", back,
                     report.reason);
  const bool put_off = back.fate == Outbox::Fate::waits && back.tries == 1;
  if (put_off && report.delivery != Delivery::server)
    return tell_mail(deferred_, "mail_deferred", back, report.reason);
  if (report.delivery == Delivery::delivered && !report.reason.empty() &&
      remarks_.take(monotonic()))
    log(LogLevel::warning, "mail_remark", {{"remark", report.reason}});
}

void Notifier::tell_mail(LogBudget& budget, std::string_view event, const Outbox::Returned& back,
                         const std::string& reason) {
  const auto kept_back = budget.take(monotonic());
  if (!kept_back) return;
  log(LogLevel::warning, event,
      {{"order", services_.order_code(back.mail.order)},
       {"notice", to_text(back.mail.notice)},
       {"reason", reason},
       {"tries", back.tries},
       {"not_logged", *kept_back}});
}

void Notifier::tell_trouble(ShopId shop) {
  const auto reason_of = [](const std::optional<MailTrouble>& trouble) {
    return trouble ? std::optional(trouble->reason) : std::nullopt;
  };
  const auto tell = [&](TroubleLog& told, const std::optional<MailTrouble>& trouble,
                        std::string_view begins, std::string_view over, std::string_view whose) {
    const auto what = told.look(reason_of(trouble), monotonic());
    if (what == TroubleLog::Tell::nothing || !pauses_.take(monotonic())) return;
    if (what == TroubleLog::Tell::over)
      return log(LogLevel::info, over, {{"of", whose}, {"after_seconds", told.lasted_seconds()}});
    log(LogLevel::warning, begins,
        {{"of", whose},
         {"reason", trouble->reason},
         {"for_seconds", told.lasted_seconds()},
         {"waiting", outbox_.size()}});
  };
  tell(server_log_, outbox_.server_trouble(), "mail_server_away", "mail_server_back", "all mail");
  tell(sender_logs_[shop], outbox_.sender_trouble(shop), "mail_sender_refused", "mail_sender_taken",
       "shop " + std::to_string(shop.value));
}

void Notifier::tick_at(MonotonicTime at) {
  if (tick_at_ && *tick_at_ <= at) return;
  tick_at_ = at;
  send_self_at(at, Tick{});
}

void Notifier::show() {
  Metrics& metrics = services_.metrics;
  const std::size_t size = outbox_.size();
  metrics.outbox.length.set(static_cast<std::int64_t>(size));
  metrics.outbox.set_oldest(outbox_.oldest());
  metrics.outbox.out.add(added_ - left_ - size);
  left_ = added_ - size;
  metrics.mails_put_off.set(static_cast<std::int64_t>(outbox_.deferred()));
  metrics.mail_server_away.set(outbox_.server_trouble() ? 1 : 0);
}

}  // namespace spillway::actors
