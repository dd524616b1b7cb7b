// Brings outcome mails to the mail server, at its pace, by the rules of engine/telling/outbox.
//
// Does: read the order, make the mail, hand it to the wire, tell the shard how it ended, tell
// operators what is wrong and since when, do with a mail as they ask. What ended without being
// delivered is kept in the registry, the newest limits::mails_ended_max, for operators to see. Must
// not: hold up any order, or forget a mail: what is due stands in the journal and comes back with a
// restart. A mail may go out twice (the server took it and we did not hear); its Message-ID stays
// the same.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actors/base/actor_base.hpp"
#include "actors/base/log_budget.hpp"
#include "actors/base/trouble_log.hpp"
#include "actors/documents/mail_documents.hpp"
#include "actors/services/services.hpp"
#include "engine/telling/ended_mail.hpp"
#include "engine/telling/limits.hpp"
#include "engine/telling/outbox.hpp"

namespace spillway::actors {

class Notifier : public Actor<NotifierActor> {
 public:
  Notifier(caf::actor_config& config, const Services& services, const Peers& peers);

  behavior_type make_behavior() override;

 private:
  using MailKey = std::pair<OrderNumber, Notice>;
  using EndedMails = std::map<MailKey, EndedMail>;
  // On its way to the registry. Without a ticket nobody waits for it.
  struct Change {
    std::optional<net::Ticket> ticket{};
    net::answers::DocumentContent answer{};
    std::optional<DueMail> dropped{};
  };

  void due(const NoticesDue& message);
  void returned(const MailReturned& message);
  void fill();
  void deliver(const Outbox::Taken& taken);
  // The mail has come to its end: taken, or never to be taken.
  void settle(const DueMail& mail, bool delivered);
  void end(const Outbox::Returned& back, const std::string& reason);
  void tell_fate(const Outbox::Returned& back, const net::DeliveryReport& report);
  void tell_trouble(ShopId shop);
  void tell_mail(LogBudget& budget, std::string_view event, const Outbox::Returned& back,
                 const std::string& reason);
  void tick_at(MonotonicTime at);
  void show();

  // notifier_ended.cpp: mails that ended untold
  void restore_ended();
  void note_end(const EndedMail& ended, std::vector<storage::RegistryChange>& changes);
  bool was_dropped(const DueMail& mail) const;
  void forget_end(const DueMail& mail);
  void write(std::vector<storage::RegistryChange> changes, Change change);
  void registered(const Registered& message);

  // notifier_control.cpp: what operators ask
  void ask(const net::ControlRequest& request);
  void list(const net::ControlRequest& request);
  void retry(const net::ControlRequest& request, OrderNumber order, Notice notice);
  void drop(const net::ControlRequest& request, OrderNumber order, Notice notice);
  std::optional<MailKey> find(std::string_view name) const;
  ShownMail shown(const WaitingMail& waiting) const;
  ShownMail shown(const EndedMail& ended) const;
  std::string domain_of(const DueMail& mail) const;
  MailPage page_of(std::vector<ShownMail> mails, std::size_t limit) const;
  void answer(net::ApiAnswer answer);
  void refuse(const net::ControlRequest& request, int status, std::string detail);

  const Services& services_;
  const Peers& peers_;
  Outbox outbox_;
  std::uint64_t added_ = 0;
  std::uint64_t left_ = 0;
  TroubleLog server_log_;
  std::map<ShopId, TroubleLog> sender_logs_;
  LogBudget pauses_;
  LogBudget deferred_;
  LogBudget refused_;
  LogBudget remarks_;
  std::optional<MonotonicTime> tick_at_;
  EndedMails ended_;
  std::deque<Change> under_way_;
};

}  // namespace spillway::actors
